import type {
  EngineTiming,
  Fencing,
  HeartbeatLink,
  Member,
  QuorumDiskPlacement,
} from '../../contract/clusterState.ts';
import type { FenceDevices } from '../../contract/hostProtocol.ts';
import type { VirtualIp, VirtualIpSpec } from '../../contract/virtualIp.ts';
import type { Watch } from './watch.ts';

/** An operation on a resource that failed and was not cleaned up. */
export interface ResourceFailure {
  resource: string;
  operation: string;
  node: string;
  reason: string;
}

/** What the cluster engine knows, before anything is judged. */
export interface EngineState {
  engine: 'none' | 'stopped' | 'running';
  transport?: 'knet' | 'udp' | 'udpu';
  clusterName?: string;
  /** This host's node name in the engine's configuration; absent if it has none there. */
  localNode?: string;
  quorate: boolean;
  votes?: { expected: number; total: number; needed: number };
  members: Member[];
  links: HeartbeatLink[];
  fencing: Fencing;
  /** Resources of quorum disks by home host. */
  quorumDisks: QuorumDiskPlacement[];
  virtualIps: VirtualIp[];
  failures: ResourceFailure[];
  /** Absent while the engine does not run. */
  timing?: EngineTiming;
  /** Why a part of this could not be had: an unparsable file, a tool that failed. */
  trouble: EngineTrouble[];
}

export interface EngineTrouble {
  part: 'corosync.conf' | 'corosync' | 'pacemaker' | 'sbd';
  message: string;
}

export interface FenceOptions {
  signal?: AbortSignal;
  onProgress?: (message: string) => void;
}

/** What the engine remembers of the loss of a host. Unix milliseconds; absent where nothing tells. */
export interface HostLoss {
  /**
   * `member`: it is not lost at all. `fenced`: certain to be off or reset. `left`: it left in good order. `unfenced`: it is silent, and
   * nobody can say that it is dead.
   */
  state: 'member' | 'fenced' | 'left' | 'unfenced';
  detectedAt?: number;
  fencedAt?: number;
  /** How it was fenced, in words: "fence-sbd", "confirmed by hand". */
  how?: string;
}

/** What the engine noticed, by the clock of this host. */
export type EngineHappening =
  | { kind: 'host-lost' | 'host-returned'; host: string; at: number }
  | { kind: 'fenced' | 'fencing-failed'; host: string; at: number; detail: string }
  /** A heartbeat link between this host and `peer`. */
  | { kind: 'link-lost' | 'link-restored'; link: number; peer: string; at: number };

/**
 * What may be different. `state`: membership, resources, documents. `links`: whether they are connected. `figures`: latencies and the like, which
 * nobody announces and which are therefore looked at every few seconds.
 */
export type EngineChange = 'state' | 'links' | 'figures';

export interface ClusterEngine {
  state(): Promise<EngineState>;
  /** Resolves when the engine reports the target fenced. Rejects with `tool-failed`, `timeout` or `cancelled`. */
  fence(target: string, options: FenceOptions): Promise<void>;
  /** Asks every fence device, through this host, whether it works. Rejects with `unreachable` while the engine does not run. */
  fenceDevices(): Promise<FenceDevices>;
  /** Whether one of the hosts is not a member now and was fenced at or after `since` (Unix milliseconds). */
  wasFencedSince(target: string, since: number): Promise<boolean>;
  /** How and when a host that is no member now was lost. */
  lossOf(target: string): Promise<HostLoss>;
  /**
   * The admin's word that `target` is off counts as its fencing from now on. Rejects with `tool-failed`, or with `conflict` if
   * it is a member.
   */
  confirmFenced(target: string): Promise<void>;
  /**
   * Small named texts that all hosts of the cluster share, by name; only those whose names begin with `prefix`. Rejects with
   * `unreachable` while the engine does not run.
   */
  documents(prefix: string): Promise<Map<string, string>>;
  /** Atomic in the whole cluster: false if there is one of that name already, which then stays as it is. */
  createDocument(name: string, text: string): Promise<boolean>;
  /** Only if it still has this text, where one is given. Does nothing if there is none. */
  removeDocument(name: string, text?: string): Promise<void>;
  /** A small text about this host that all hosts of the cluster can read, also while this one is down. */
  publish(text: string): Promise<void>;
  /** What the hosts published, by node name. */
  published(): Promise<Map<string, string>>;
  /** Has the cluster keep this address on one of its hosts. Rejects with `conflict` if there is one of that name. */
  addVirtualIp(spec: VirtualIpSpec): Promise<void>;
  /** Rejects with `not-found`. */
  moveVirtualIp(name: string, host: string): Promise<void>;
  /** Rejects with `not-found`. */
  removeVirtualIp(name: string): Promise<void>;
  /** What it noticed after `since` (Unix milliseconds), oldest first; empty where nothing remembers. */
  happened(since: number): Promise<EngineHappening[]>;
  /** `onChange` is called whenever `state` or `documents` may give another answer. */
  watch(onChange: (what: EngineChange) => void): Watch;
}
