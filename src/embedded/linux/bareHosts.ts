import { z } from 'zod';
import type { WorldClock } from '../time/worldClock.ts';
import { addressOf, linkCount } from '../world/network.ts';
import { poisonPillDisk, sharedFolder } from '../world/sharedStorage.ts';
import { FileTree, savedTreeSchema } from './fileTree.ts';
import { HostSystem, savedSystemSchema } from './hostSystem.ts';

export const savedBareHostsSchema = z.object({
  cib: z.string().nullable(),
  inMaintenance: z.boolean(),
  shared: savedTreeSchema,
  systems: z.record(z.string(), savedSystemSchema),
});
export type SavedBareHosts = z.infer<typeof savedBareHostsSchema>;

const poisonPillBytes = 16 * 1024 ** 2;
const engineUnits = ['corosync.service', 'pacemaker.service'];
const corosyncConf = '/etc/corosync/corosync.conf';
/** Where deployment puts what Pacemaker is to begin with. */
const firstCib = '/var/lib/pacemaker/cib/cib.xml';

/** Embedded hosts that came without high availability: their systems, and what deployment has made of them. */
export class BareHosts {
  readonly systems = new Map<string, HostSystem>();
  readonly #shared: FileTree;
  /** The `configuration` that Pacemaker was given; null: none yet. */
  #configuration: string | null = null;
  #inMaintenance = false;

  constructor(hosts: readonly string[], clock: WorldClock) {
    this.#shared = new FileTree(() => clock.now());
    this.#shared.makeFolder(`${sharedFolder}/images`);
    this.#shared.put(poisonPillDisk, { kind: 'block', mode: 0o660, size: poisonPillBytes });
    for (const host of hosts) this.systems.set(host, new HostSystem(host, { clock, shared: this.#shared }));
  }

  system(host: string): HostSystem {
    const system = this.systems.get(host);
    if (system === undefined) throw new Error(`no host is called ${host}`);
    return system;
  }

  /** Whether the engine comes up with the host. */
  startsEngine(host: string): boolean {
    const { enabled } = this.system(host);
    return engineUnits.every((unit) => enabled.has(unit)) && this.refusal(host) === null;
  }

  /** Until Pacemaker has its configuration, it runs nothing and fences nobody. */
  get configured(): boolean {
    return this.#configuration !== null && !this.#inMaintenance;
  }

  configure(configuration: string | null): void {
    this.#configuration = configuration;
    this.#inMaintenance = false;
  }

  /** Changes or adds a setting of the whole cluster, asked for on this host. */
  setProperty(host: string, name: string, value: string): void {
    if (name === 'maintenance-mode') this.#inMaintenance = value === 'true';
    const element = `<nvpair id="cib-bootstrap-options-${name}" name="${name}" value="${value}"/>`;
    const [present = ''] = /<configuration[\s\S]*<\/configuration>/.exec(this.cib(host)) ?? [];
    const others = present.replace(new RegExp(`<nvpair [^>]*name="${name}"[^>]*/>`), '');
    this.#configuration = others.replace('</cluster_property_set>', `${element}</cluster_property_set>`);
  }

  /** As `cibadmin --query` prints it, seen from a host where Pacemaker runs. */
  cib(host: string): string {
    if (this.#configuration === null)
      return this.system(host).at(firstCib)?.bytes.toString('utf8') ?? '<cib/>';
    return `<cib validate-with="pacemaker-3.0">${this.#configuration}<status/></cib>`;
  }

  /** Why Corosync does not start there; null if it does. */
  refusal(host: string): string | null {
    const nodes = this.#nodes(host);
    if (nodes.length === 0) return `${corosyncConf} names no host.`;
    const wanted = [...this.systems.keys()].map((name, index) => ({
      name,
      addresses: Array.from({ length: linkCount }, (_, link) => addressOf(index, link)),
    }));
    const words = (all: readonly Node[]): string =>
      all
        .map(({ name, addresses }) => `${name}: ${addresses.join(' and ')}`)
        .toSorted((a, b) => a.localeCompare(b))
        .join('; ');
    const method = this.system(host).config()?.fencing.method;
    if (method !== 'sbd-disk') {
      return `Embedded hosts are fenced by their poison-pill disk; ${method ?? 'nothing'} was chosen.`;
    }
    if (words(nodes) === words(wanted)) return null;
    return `Embedded hosts make up a cluster all together, under their own names and with both of their networks (${words(wanted)}); ${corosyncConf} has ${words(nodes)}.`;
  }

  /** As `corosync-cmapctl nodelist.node.` prints it. */
  nodeList(host: string): string {
    return this.#nodes(host)
      .flatMap(({ name, addresses }, at) => [
        `nodelist.node.${at}.name (str) = ${name}`,
        `nodelist.node.${at}.nodeid (u32) = ${at + 1}`,
        ...addresses.map((address, link) => `nodelist.node.${at}.ring${link}_addr (str) = ${address}`),
      ])
      .map((line) => `${line}\n`)
      .join('');
  }

  #nodes(host: string): Node[] {
    const text = this.system(host).at(corosyncConf)?.bytes.toString('utf8') ?? '';
    return text
      .split(/^\s*node \{/m)
      .slice(1)
      .map((node) => ({
        name: /^\s*name: (\S+)/m.exec(node)?.[1] ?? '',
        addresses: [...node.matchAll(/^\s*ring\d_addr: (\S+)/gm)].map(([, address]) => address ?? ''),
      }));
  }

  /** Another one after every change. */
  get revision(): string {
    const systems = [...this.systems.values()].map(({ revision }) => revision);
    return [String(this.#inMaintenance), this.#configuration, this.#shared.changes, ...systems].join('\n');
  }

  capture(): SavedBareHosts {
    return {
      cib: this.#configuration,
      inMaintenance: this.#inMaintenance,
      shared: this.#shared.capture(),
      systems: Object.fromEntries([...this.systems].map(([host, system]) => [host, system.capture()])),
    };
  }

  restore({ cib, inMaintenance, shared, systems }: SavedBareHosts): void {
    this.#configuration = cib;
    this.#inMaintenance = inMaintenance;
    this.#shared.restore(shared);
    for (const [host, saved] of Object.entries(systems)) this.systems.get(host)?.restore(saved);
  }
}

interface Node {
  name: string;
  addresses: string[];
}
