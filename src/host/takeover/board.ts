import type { StartAttempt } from '../../contract/failover.ts';
import type { WantedVm } from '../../contract/survey.ts';

/**
 * The VMs of a takeover and how far each has come.
 *
 * | phase | | settled |
 * |---|---|---|
 * | `to-check` | it may run on `host`, or come up there: a survey has to tell | |
 * | `to-plan` | it runs nowhere and wants a host | |
 * | `planned` | its turn on `host` has not come | |
 * | `starting` | `host` was asked to start it | |
 * | `running` | this takeover started it on `host` | yes |
 * | `elsewhere` | it ran on `host` anyway | yes |
 * | `down` | it stays down | yes |
 * | `refused` | its definition is not believed | yes |
 * | `not-wanted` | it did not run before the failure | yes |
 * | `handed` | an owner before has brought all of it to an end | yes |
 */
export type Phase =
  | 'to-check'
  | 'to-plan'
  | 'planned'
  | 'starting'
  | 'running'
  | 'elsewhere'
  | 'down'
  | 'refused'
  | 'not-wanted'
  | 'handed';

export interface BoardVm {
  uuid: string;
  name: string;
  /** Hosts on whose quorum disks it lies; its definition is taken from the first one. */
  homes: string[];
  /** Figures of the run record, or of the definition where there is none. */
  figures: WantedVm;
  /** The definition's file; absent for VMs that are not started. */
  definition?: Buffer;
  tier: number;
  phase: Phase;
  host?: string;
  position?: number;
  /** By the first plan. */
  planned?: { host: string; position: number };
  attempts: StartAttempt[];
  /** Hosts it is not started on any more, and why. */
  excluded: { host: string; reason: string }[];
  reasons: string[];
  runningAt?: number;
  /** Homes whose disks have nothing of it any more. */
  handed: Set<string>;
  /**
   * Since when it is to be checked, how long it may stay unseen before that proves anything, and when it is looked for again.
   */
  check?: { since: number; patientMs: number; next?: number };
  /** It stays down because the plan had no host for it. */
  noHost?: boolean;
  /** It stays down, but nobody is certain that it does not come up on this host. */
  mayComeUpOn?: string;
}

const settledPhases: readonly Phase[] = ['running', 'elsewhere', 'down', 'refused', 'not-wanted', 'handed'];

export const isSettled = ({ phase }: BoardVm): boolean => settledPhases.includes(phase);

/** A start of it was given up once: later tiers do not wait for it any longer. */
export const hasHung = ({ attempts }: BoardVm): boolean =>
  attempts.some(({ outcome }) => outcome === 'hung' || outcome === 'unknown');

export const runsSomewhere = ({ phase }: BoardVm): boolean => phase === 'running' || phase === 'elsewhere';

/** Homes whose disks still hold what should be on the disk of the host it runs on. */
export const toHandOver = (vm: BoardVm): string[] =>
  runsSomewhere(vm) ? vm.homes.filter((home) => home !== vm.host && !vm.handed.has(home)) : [];

export const isHandedOver = (vm: BoardVm): boolean =>
  vm.phase === 'handed' || (runsSomewhere(vm) && toHandOver(vm).length === 0);
