import { MinimeError } from '../../contract/errors.ts';
import type { HeartbeatLink, Member, QuorumDiskPlacement } from '../../contract/hostState.ts';
import type {
  ClusterEngine,
  EngineHappening,
  EngineState,
  FenceOptions,
  HostLoss,
} from '../../host/ports/clusterEngine.ts';
import type { Watch } from '../../host/ports/watch.ts';
import type { SharedDocuments } from '../engine/documents.ts';
import type { EmbeddedEngine } from '../engine/embeddedEngine.ts';
import { sleepOn, type WorldClock } from '../time/worldClock.ts';
import type { Timing } from '../timing.ts';
import type { Boot } from '../world/boot.ts';
import { linkCount, type Network } from '../world/network.ts';

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
      failures: quorate ? [...engine.groups.failures] : [],
      trouble: [],
    };
  }

  async fence(target: string, { onProgress }: FenceOptions): Promise<void> {
    this.#mustRun();
    onProgress?.(`Asked the engine to fence ${target}.`);
    await this.#options.engine.fence(this.#options.boot, target);
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

  watch(onChange: () => void): Watch {
    const { engineListeners } = this.#options.boot;
    engineListeners.add(onChange);
    return { stop: () => void engineListeners.delete(onChange) };
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

export const poisonPillDisk = '/dev/embedded-poison-pill';

/** Addresses of the heartbeat networks; nothing listens there. */
export const addressOf = (index: number, link: number): string => `192.0.2.${link * 100 + index + 1}`;
