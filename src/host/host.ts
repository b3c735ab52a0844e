import { MinimeError } from '../contract/errors.ts';
import type { HostConfig } from '../contract/manifest.ts';
import type { Clock } from './ports/clock.ts';
import type { ClusterEngine } from './ports/clusterEngine.ts';
import type { Hypervisor } from './ports/hypervisor.ts';
import type { Machine } from './ports/machine.ts';
import type { Messenger } from './ports/messenger.ts';
import type { Peers } from './ports/peers.ts';
import type { QuorumDisks } from './ports/quorumDisks.ts';

/** Where this program keeps what is its own. */
export interface StatePaths {
  /** Outlasts a boot. */
  state: string;
  /** Does not. */
  run: string;
  /** Records of failovers. */
  history: string;
  /** What deployment put on this host; null where nothing was put. */
  manifest: string | null;
}

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** `start-UUID`: the start of one VM. `moved-HOME`: see `movedLock`. */
export type ExclusiveWork =
  | 'sync'
  | 'takeover'
  | 'rejoin'
  | 'moves'
  | 'autostart'
  | 'events'
  | 'history'
  | `start-${string}`
  | `moved-${string}`;

/** A host as the rest of this program sees it: everything outside is behind one of these. */
export interface Host {
  version: string;
  clock: Clock;
  machine: Machine;
  hypervisor: Hypervisor;
  engine: ClusterEngine;
  quorumDisks: QuorumDisks;
  peers: Peers;
  messenger: Messenger;
  config(): Promise<HostConfig | undefined>;
  clusterKey(): Promise<Buffer>;
  /**
   * Runs `work` while no other process of this host does with the same `what`; rejects with `busy` if that takes longer than
   * `waitS` seconds (default 60) to come about.
   */
  exclusively<T>(what: ExclusiveWork, work: () => Promise<T>, waitS?: number): Promise<T>;
  /** The service that moves VMs (`vmcl move`), apart from whoever asked for it. */
  movesService: MovesService;
  paths: StatePaths;
  log: Log;
}

export interface MovesService {
  /** Does nothing if it runs. Resolves when it is certain to run. */
  start(): Promise<void>;
  /** Has it cancel what is under way. Resolves as soon as it is told; does nothing if it does not run. */
  stop(): Promise<void>;
}

/** For showing things: a configuration that cannot be understood counts as none, and is a problem of the system section. */
export async function configIfGood(host: Host): Promise<HostConfig | undefined> {
  try {
    return await host.config();
  } catch (error) {
    if (error instanceof MinimeError) return undefined;
    throw error;
  }
}

/** This host's name in the cluster; before it belongs to one, its hostname. */
export async function nodeNameOf(host: Host): Promise<string> {
  return (await configIfGood(host))?.nodeName ?? (await host.machine.identity()).hostname;
}

/** Rejects with `not-found` on a host that belongs to no cluster. */
export async function configOf(host: Host): Promise<HostConfig> {
  const config = await host.config();
  if (config !== undefined) return config;
  throw new MinimeError({
    kind: 'not-found',
    message: 'This host belongs to no cluster of Minime.',
    remedy: 'Deploy a cluster from the console.',
  });
}
