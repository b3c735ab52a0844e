import type { FailoverRecord } from '../../contract/failover.ts';
import type { Finding } from '../../contract/finding.ts';
import type { Policy } from '../../contract/policy.ts';
import type { Log } from '../host.ts';
import type { Message } from '../notify/message.ts';
import type { Clock } from '../ports/clock.ts';
import type { ClusterEngine } from '../ports/clusterEngine.ts';
import type { Peers } from '../ports/peers.ts';
import type { HomeDisk } from './homeDisk.ts';

/** All that a takeover or a rejoin sees of the world. */
export interface TakeoverWorld {
  self: string;
  clusterId: string;
  clock: Clock;
  engine: Pick<ClusterEngine, 'state' | 'lossOf' | 'documents' | 'createDocument' | 'removeDocument'>;
  peers: Peers;
  /** Quorum disks of other hosts that are mounted here; the same object for as long as a disk stays mounted. */
  awayDisks(): Promise<HomeDisk[]>;
  /** Whether this disk is still mounted here. */
  isMounted(disk: HomeDisk): Promise<boolean>;
  /** Never rejects: what is known of the policy, and what is wrong with it. */
  policy(): Promise<{ policy: Policy; problems: Finding[] }>;
  /** On this host. Never rejects for want of room and the like: that must hold up nothing. */
  saveRecord(record: FailoverRecord): Promise<void>;
  /** A record that this host has, by id. */
  storedRecord(id: string): Promise<FailoverRecord | undefined>;
  /** All records that this host has, newest first. Never rejects. */
  records(): Promise<FailoverRecord[]>;
  /** Shows what goes on; never rejects. */
  show(running: readonly string[], problems: readonly Finding[]): Promise<void>;
  /** Tells the admins, beside everything else: it never rejects, and nobody waits for it but a process that is about to end. */
  notify(message: Message): void;
  /** Resolves when all that was to be told is sent, or given up. */
  notified(): Promise<void>;
  newId(): string;
  log: Log;
}
