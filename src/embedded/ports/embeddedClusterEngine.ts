import type { HeartbeatLink, Member, QuorumDiskPlacement } from '../../contract/clusterState.ts';
import { MinimeError } from '../../contract/errors.ts';
import type { FenceDevices } from '../../contract/hostProtocol.ts';
import { type VirtualIpSpec, virtualIpSpecSchema } from '../../contract/virtualIp.ts';
import type {
  ClusterEngine,
  EngineChange,
  EngineHappening,
  EngineState,
  FenceOptions,
  HostLoss,
} from '../../host/ports/clusterEngine.ts';
import type { Watch } from '../../host/ports/watch.ts';
import type { SharedDocuments } from '../engine/documents.ts';
import type { EmbeddedEngine } from '../engine/embeddedEngine.ts';
import { virtualIpDocument } from '../engine/virtualIps.ts';
import { sleepOn, type WorldClock } from '../time/worldClock.ts';
import type { Timing } from '../timing.ts';
import type { Boot } from '../world/boot.ts';
import { addressOf, linkCount, type Network } from '../world/network.ts';
import { poisonPillDisk } from '../world/sharedStorage.ts';

export interface EmbeddedClusterEngineOptions {
  clock: WorldClock;
  timing: Timing;
  boot: Boot;
  hosts: readonly string[];
  clusterName: string;
  network: Network;
  engine: EmbeddedEngine;
  /** Whether that host is on and its engine runs. */
  isUp: (host: string) => boolean;
}

const watchdogTimeoutS = 5;
const latencyUs = 180;

/** The engine of the embedded cluster as one host sees it. */
export class EmbeddedClusterEngine implements ClusterEngine {
  readonly #options: EmbeddedClusterEngineOptions;

  constructor(options: EmbeddedClusterEngineOptions) {
    this.#options = options;
  }

  async state(): Promise<EngineState> {
    const { boot, hosts, clusterName, engine } = this.#options;
    const seen = engine.membersSeenBy(boot);
    const quorate = engine.hasQuorum(boot);
    return {
      engine: boot.engineUp ? 'running' : 'stopped',
      transport: 'knet',
      clusterName,
      localNode: boot.host,
      quorate,
      votes: { expected: hosts.length, total: seen.length, needed: Math.floor(hosts.length / 2) + 1 },
      members: hosts.map((name, index) => this.#member(name, index + 1, seen)),
      links: boot.engineUp ? this.#links() : [],
      fencing: {
        method: 'sbd-disk',
        agents: ['fence_sbd'],
        enabled: true,
        devices: [
          { path: poisonPillDisk, readable: true, slots: hosts.map((host) => ({ host, message: 'clear' })) },
        ],
        watchdog: { device: '/dev/watchdog', timeoutS: watchdogTimeoutS },
        history: engine.history.slice(0, 20),
      },
      quorumDisks: quorate ? hosts.map((home) => this.#placement(home)) : [],
      virtualIps: quorate ? engine.virtualIps(boot) : [],
      failures: quorate ? [...engine.groups.failures] : [],
      trouble: [],
    };
  }

  async fence(target: string, { onProgress }: FenceOptions): Promise<void> {
    this.#mustRun();
    onProgress?.(`Asked the engine to fence ${target}.`);
    await this.#options.engine.fence(this.#options.boot, target);
  }

  async fenceDevices(): Promise<FenceDevices> {
    this.#mustRun();
    const { engine, hosts } = this.#options;
    const deaf = hosts.filter((host) => !engine.fencingWorks(host));
    const reason = `It does not reach ${deaf.join(', ')}.`;
    return {
      devices: [{ name: 'fence-sbd', answers: deaf.length === 0, ...(deaf.length === 0 ? {} : { reason }) }],
      watchdog: false,
    };
  }

  async wasFencedSince(target: string, since: number): Promise<boolean> {
    return this.#options.engine.wasFencedSince(target, since);
  }

  async lossOf(target: string): Promise<HostLoss> {
    this.#mustRun();
    return this.#options.engine.lossOf(this.#options.boot, target);
  }

  async confirmFenced(target: string): Promise<void> {
    this.#mustRun();
    this.#options.engine.confirmFenced(this.#options.boot, target);
  }

  async documents(prefix: string): Promise<Map<string, string>> {
    this.#mustRun();
    const all = this.#options.engine.documents.of(this.#options.boot);
    return new Map([...all].filter(([name]) => name.startsWith(prefix)));
  }

  async createDocument(name: string, text: string): Promise<boolean> {
    const documents = await this.#changed(this.#options.engine.documents);
    if (documents.has(name)) return false;
    documents.set(name, text);
    this.#tellAll();
    return true;
  }

  async removeDocument(name: string, text?: string): Promise<void> {
    const documents = await this.#changed(this.#options.engine.documents);
    if (text !== undefined && documents.get(name) !== text) return;
    if (documents.delete(name)) this.#tellAll();
  }

  async addVirtualIp(spec: VirtualIpSpec): Promise<void> {
    if (await this.createDocument(virtualIpDocument(spec.name), JSON.stringify(spec))) return;
    throw new MinimeError({
      kind: 'conflict',
      message: `There is a virtual IP of the name ${spec.name} already.`,
      remedy: 'Choose another name.',
    });
  }

  async moveVirtualIp(name: string, host: string): Promise<void> {
    const documents = await this.#changed(this.#options.engine.documents);
    const spec = virtualIpSpecSchema.parse(JSON.parse(this.#virtualIp(documents, name)));
    documents.set(virtualIpDocument(name), JSON.stringify({ ...spec, preferredHost: host }));
    this.#tellAll();
  }

  async removeVirtualIp(name: string): Promise<void> {
    const documents = await this.#changed(this.#options.engine.documents);
    this.#virtualIp(documents, name);
    documents.delete(virtualIpDocument(name));
    this.#tellAll();
  }

  #virtualIp(documents: ReadonlyMap<string, string>, name: string): string {
    const text = documents.get(virtualIpDocument(name));
    if (text !== undefined) return text;
    throw new MinimeError({ kind: 'not-found', message: `There is no virtual IP of the name ${name}.` });
  }

  async publish(text: string): Promise<void> {
    const { boot, engine } = this.#options;
    this.#mustRun();
    if (engine.published.of(boot).get(boot.host) === text) return;
    (await this.#changed(engine.published)).set(boot.host, text);
    this.#tellAll();
  }

  async published(): Promise<Map<string, string>> {
    return new Map(this.#options.engine.published.of(this.#options.boot));
  }

  async happened(since: number): Promise<EngineHappening[]> {
    this.#mustRun();
    return this.#options.engine.happenings.since(this.#options.boot.host, since);
  }

  watch(onChange: (what: EngineChange) => void): Watch {
    const { engineListeners } = this.#options.boot;
    const listener = (): void => onChange('state');
    engineListeners.add(listener);
    return { stop: () => void engineListeners.delete(listener) };
  }

  /** What is changed at the end of the time that a change takes. */
  async #changed(documents: SharedDocuments): Promise<Map<string, string>> {
    const { clock, timing, boot } = this.#options;
    this.#mustRun();
    await sleepOn(clock, timing.documentMs);
    // Whoever died meanwhile has changed nothing.
    return boot.life.over ? new Map() : documents.of(boot);
  }

  #tellAll(): void {
    this.#options.engine.tellChanged();
  }

  #member(name: string, nodeId: number, seen: readonly string[]): Member {
    const { engine, boot } = this.#options;
    const online = seen.includes(name);
    const lost = engine.lossOf(boot, name).state === 'unfenced';
    const state = online ? 'online' : lost ? 'unclean' : 'offline';
    return {
      name,
      nodeId,
      online,
      ...(boot.engineUp ? { pacemaker: { state, dc: engine.coordinator === name } } : {}),
    };
  }

  #links(): HeartbeatLink[] {
    const { boot, hosts, network, isUp } = this.#options;
    const others = hosts.filter((host) => host !== boot.host);
    return Array.from({ length: linkCount }, (_, link) => ({
      link,
      localAddress: addressOf(hosts.indexOf(boot.host), link),
      peers: others.map((peer) =>
        isUp(peer) && network.linkUp(link, boot.host, peer)
          ? { peer, connected: true, latencyUs, latencyMaxUs: latencyUs }
          : { peer, connected: false },
      ),
    }));
  }

  #placement(home: string): QuorumDiskPlacement {
    const { groups } = this.#options.engine;
    const placement = groups.placement(home);
    const started = placement?.state === 'started' && placement.on !== undefined;
    const failure = groups.failures.findLast(({ resource }) => resource === `quorum-disk-${home}`);
    if (started) return { home, mountedOn: placement.on?.host ?? null, state: 'mounted' };
    return failure === undefined
      ? { home, mountedOn: null, state: 'stopped' }
      : { home, mountedOn: null, state: 'failed', failure: `${failure.node}: ${failure.reason}` };
  }

  #mustRun(): void {
    const { boot } = this.#options;
    if (boot.engineUp) return;
    throw new MinimeError({
      kind: 'unreachable',
      message: `The cluster engine does not run on ${boot.host}.`,
      host: boot.host,
    });
  }
}
