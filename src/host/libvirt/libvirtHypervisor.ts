import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MinimeError } from '../../contract/errors.ts';
import type { HostConfig } from '../../contract/manifest.ts';
import { systemClock } from '../ports/clock.ts';
import type {
  Hypervisor,
  HypervisorEvent,
  HypervisorFacts,
  MigrationOptions,
  VmContent,
  VmRecord,
  VmSpec,
  VmUsage,
} from '../ports/hypervisor.ts';
import type { Runner } from '../ports/runner.ts';
import type { Watch } from '../ports/watch.ts';
import { parseCapabilities } from './capabilities.ts';
import { hashContent, readContent, stampOf } from './content.ts';
import { destroyVm, linuxKernel } from './destroy.ts';
import { parseDomain } from './domainXml.ts';
import { followEvents } from './events.ts';
import { Lifecycle } from './lifecycle.ts';
import { Migration } from './migrate.ts';
import { reachByTcp } from './migrationRoute.ts';
import { obstacles } from './obstacles.ts';
import { libvirtPaths } from './paths.ts';
import { qemuProcesses } from './processes.ts';
import { readUsage } from './usage.ts';
import { type DomainStats, parseDomstats, parseUuidList, unreachable, Virsh } from './virsh.ts';
import { resolveVolumes } from './volumes.ts';

const { definitions: definitionFolder } = libvirtPaths;

interface Definition {
  name: string;
  xml: string;
  spec: VmSpec;
}

interface Listing {
  names: Map<string, string>;
  transient: Map<string, string>;
  autostart: Map<string, string>;
  stats: Map<string, DomainStats>;
}

/** libvirt with QEMU, through virsh; libvirtd and the modular virtqemud alike. */
export class LibvirtHypervisor implements Hypervisor {
  readonly kind = 'libvirt';
  readonly #runner: Runner;
  readonly #virsh: Virsh;
  readonly #lifecycle: Lifecycle;
  readonly #runFolder: string;
  readonly #migration: Migration;
  /** Kept only while events tell which of them change. */
  readonly #definitions = new Map<string, Definition>();
  readonly #hashes = new Map<string, { xml: string; stamp: string; hash: string }>();
  #watched = false;
  /** While watched: events ended and have not come back. Nothing is asked of libvirt then. */
  #lost = false;

  constructor(
    runner: Runner,
    runFolder: string,
    config: () => Promise<HostConfig | undefined> = () => Promise.resolve(undefined),
  ) {
    this.#runner = runner;
    this.#runFolder = runFolder;
    this.#virsh = new Virsh(runner);
    this.#migration = new Migration({
      runner,
      virsh: this.#virsh,
      config,
      clock: systemClock,
      runFolder,
      reach: reachByTcp,
    });
    this.#lifecycle = new Lifecycle(runner, this.#virsh, runFolder);
  }

  async version(): Promise<string> {
    const output = await this.#virsh.run(['version']);
    const library = /^Using library: libvirt (\S+)/m.exec(output)?.[1] ?? '?';
    const emulator = /^Running hypervisor: (.+)$/m.exec(output)?.[1] ?? '';
    return `libvirt ${library}, ${emulator}`.replace(/, $/, '');
  }

  async vms(): Promise<VmRecord[]> {
    const listing = await this.#list();
    const definitions = await this.#define([...listing.names.keys()]);
    const records: VmRecord[] = [];
    for (const [uuid, { name, spec, xml }] of definitions) {
      const { state = 'unknown', handedOn = false } = listing.stats.get(name) ?? {};
      const persistent = !listing.transient.has(uuid);
      records.push({
        uuid,
        name,
        state,
        persistent,
        // libvirt makes it a VM with a definition when it has arrived.
        ...(handedOn && !persistent ? { incoming: true } : {}),
        autostart: listing.autostart.has(uuid),
        spec,
        definitionHash: await this.#hash(uuid, xml, spec),
      });
    }
    return records.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async content(uuid: string): Promise<VmContent> {
    const [definition] = (await this.#define([uuid])).values();
    if (definition === undefined) throw new Error(`libvirt has no VM ${uuid}`);
    return await readContent(uuid, definition.xml, definition.spec.nvramPath);
  }

  obstacles(uuid: string, content: VmContent): Promise<string[]> {
    return obstacles({ runner: this.#runner, virsh: this.#virsh, runFolder: this.#runFolder }, uuid, content);
  }

  async usage(): Promise<VmUsage[]> {
    if (this.#lost) throw connectionClosed();
    return await readUsage(this.#virsh, systemClock);
  }

  async facts(): Promise<HypervisorFacts> {
    const networks = await this.#virsh.run(['net-list', '--name']);
    return {
      ...parseCapabilities(await this.#virsh.run(['capabilities'], 30_000)),
      networks: networks.split('\n').filter((name) => name !== ''),
    };
  }

  async hasHiddenDefinition(uuid: string): Promise<boolean> {
    for (const file of await readdir(definitionFolder)) {
      if (!file.endsWith('.xml')) continue;
      if ((await readFile(join(definitionFolder, file), 'utf8')).includes(`<uuid>${uuid}</uuid>`))
        return true;
    }
    return false;
  }

  async define(uuid: string, content: VmContent): Promise<void> {
    await this.#lifecycle.define(uuid, content);
    this.#definitions.delete(uuid);
  }

  async undefine(uuid: string): Promise<void> {
    await this.#lifecycle.undefine(uuid);
    this.#definitions.delete(uuid);
  }

  start(uuid: string, signal?: AbortSignal): Promise<void> {
    return this.#lifecycle.start(uuid, signal);
  }

  destroy(uuid: string): Promise<void> {
    const [runner, virsh] = [this.#runner, this.#virsh];
    return destroyVm(uuid, { runner, virsh, kernel: linuxKernel, clock: systemClock });
  }

  shutdown(uuid: string): Promise<void> {
    return this.#lifecycle.shutdown(uuid);
  }

  setAutostart(uuid: string, on: boolean): Promise<void> {
    return this.#lifecycle.setAutostart(uuid, on);
  }

  agentAnswers(uuid: string): Promise<boolean | null> {
    return this.#lifecycle.agentAnswers(uuid);
  }

  async processes(): Promise<string[]> {
    return [...new Set((await qemuProcesses()).map(({ uuid }) => uuid))];
  }

  migrate(uuid: string, target: string, options: MigrationOptions = {}): Promise<void> {
    return this.#migration.migrate(uuid, target, options);
  }

  watch(listener: (event: HypervisorEvent) => void): Watch {
    const changed = (name: string | undefined): void => {
      const uuid = this.#forget(name);
      listener({ kind: 'changed', ...(uuid === undefined ? {} : { uuid }) });
    };
    const found = (): void => {
      if (!this.#lost) return;
      this.#lost = false;
      listener({ kind: 'found' });
    };
    const events = followEvents(
      this.#runner,
      {
        onEvent: changed,
        onFile: (file) => changed(file?.replace(/\.xml(\.new)?$/, '')),
        onStart: found,
        onLost: () => {
          this.#lost = true;
          this.#definitions.clear();
          listener({ kind: 'lost' });
        },
      },
      [definitionFolder, join(definitionFolder, 'autostart')],
    );
    this.#watched = true;
    return {
      stop: () => {
        this.#watched = false;
        this.#lost = false;
        this.#definitions.clear();
        events.stop();
      },
    };
  }

  /** The uuid it had, if it was known. A name that is not known may be anything: then all is forgotten. */
  #forget(name: string | undefined): string | undefined {
    for (const [uuid, definition] of this.#definitions) {
      if (definition.name !== name) continue;
      this.#definitions.delete(uuid);
      return uuid;
    }
    this.#definitions.clear();
    return undefined;
  }

  /** Everything that changes often, in one process. */
  async #list(): Promise<Listing> {
    if (this.#lost) throw connectionClosed();
    const commands = [
      'list --all --uuid --name',
      'list --all --transient --uuid --name',
      'list --all --autostart --uuid --name',
      'domstats --state',
    ];
    const [names = '', transient = '', autostart = '', stats = ''] = await this.#virsh.runTogether(commands);
    return {
      names: parseUuidList(names),
      transient: parseUuidList(transient),
      autostart: parseUuidList(autostart),
      stats: parseDomstats(stats),
    };
  }

  async #define(uuids: readonly string[]): Promise<Map<string, Definition>> {
    const missing = uuids.filter((uuid) => !this.#watched || !this.#definitions.has(uuid));
    for (const [uuid, xml] of await this.#virsh.inactiveXml(missing)) {
      const domain = parseDomain(xml);
      this.#definitions.set(uuid, {
        name: domain.name,
        xml,
        spec: await resolveVolumes(this.#virsh, domain),
      });
    }
    const wanted = new Set(uuids);
    return new Map([...this.#definitions].filter(([uuid]) => wanted.has(uuid)));
  }

  async #hash(uuid: string, xml: string, spec: VmSpec): Promise<string> {
    const stamp = await stampOf(uuid, spec.nvramPath);
    const known = this.#hashes.get(uuid);
    if (known !== undefined && known.xml === xml && known.stamp === stamp) return known.hash;
    const hash = hashContent(await readContent(uuid, xml, spec.nvramPath));
    this.#hashes.set(uuid, { xml, stamp, hash });
    return hash;
  }
}

const connectionClosed = (): MinimeError => unreachable('The connection to it was closed.');
