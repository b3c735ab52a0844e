import type { ClusterSection } from '../../../src/contract/clusterState.ts';
import type { FailoverRecord } from '../../../src/contract/failover.ts';
import type { TimeFigures } from '../../../src/planner/predictTimes.ts';

/**
 * What is taken where this cluster has not yet shown it. Measured on lab hosts (docs/lab.md) unless another source is
 * named.
 */
export const experience = {
  /** What deployment proposes. */
  tokenMs: 3_000,
  /** corosync.conf(5), `token_coefficient`: added to the token timeout for each host beyond two. */
  tokenPerHostMs: 650,
  /** corosync.conf(5): the consensus timeout, in tokens. It begins when the token's is over: 3.5 s were measured for 3.6. */
  consensusPerToken: 1.2,
  /** SBD's own watchdog timeout; its waiting time is twice that (`timingFor` in deployment). */
  watchdogS: 5,
  /** Past SBD's waiting time: 10.9 and 11.5 s were measured for one of 10. */
  fencingBeyondWaitS: 1,
  /** A management board that switches the power off. Nobody measured it: an order of magnitude. */
  agentFencingS: 10,
  /** From fenced to the first start: mount 0.3 s, then survey and plan. */
  preparationS: 1,
  /** A small guest took about a second to be reported running. */
  startS: 2,
  /** From running to an answer of the guest agent. Nobody measured it: what a server takes to boot. */
  agentS: 20,
} as const;

/**
 * How long things take in a cluster of so many hosts: medians of its past takeovers, where there are some, else
 * experience.
 */
export function timeFigures(
  cluster: Pick<ClusterSection, 'fencing' | 'timing'> | null,
  hostCount: number,
  records: readonly FailoverRecord[],
): TimeFigures {
  const takeovers = records.filter((record) => record.kind === 'takeover');
  const starts = startTimes(records);
  const anyStartS = median([...starts.values()].flat()) ?? experience.startS;
  return {
    detectionS: detectionS(cluster?.timing, hostCount),
    fencingS: median(takeovers.flatMap(fencingSeconds)) ?? fencingS(cluster),
    preparationS: median(takeovers.flatMap(preparationSeconds)) ?? experience.preparationS,
    startS: (uuid) => median(starts.get(uuid) ?? []) ?? anyStartS,
    agentS: experience.agentS,
  };
}

function detectionS(timing: ClusterSection['timing'], hostCount: number): number {
  const proposed = experience.tokenMs + experience.tokenPerHostMs * Math.max(0, hostCount - 2);
  const tokenMs = timing?.tokenMs ?? proposed;
  return (tokenMs + (timing?.consensusMs ?? experience.consensusPerToken * tokenMs)) / 1000;
}

function fencingS(cluster: Pick<ClusterSection, 'fencing' | 'timing'> | null): number {
  const { fencing, timing } = cluster ?? {};
  if (fencing?.method === 'agent') return experience.agentFencingS;
  const watchdogS = timing?.watchdogS ?? fencing?.watchdog.timeoutS ?? experience.watchdogS;
  const told = fencing?.method === 'sbd-watchdog' ? timing?.stonithWatchdogTimeoutS : timing?.msgwaitS;
  const waitS = told === undefined || told <= 0 ? 2 * watchdogS : told;
  return waitS + experience.fencingBeyondWaitS;
}

function fencingSeconds({ times: { detected, fenced } }: FailoverRecord): number[] {
  return seconds(detected, fenced);
}

function preparationSeconds({ times: { fenced }, vms }: FailoverRecord): number[] {
  const starts = vms.flatMap((vm) => vm.attempts.map((attempt) => attempt.startedAt));
  return starts.length === 0 ? [] : seconds(fenced, Math.min(...starts));
}

/** By VM uuid: how long each start took that came to its end. */
function startTimes(records: readonly FailoverRecord[]): Map<string, number[]> {
  const times = new Map<string, number[]>();
  for (const { uuid, attempts } of records.flatMap((record) => record.vms)) {
    for (const { startedAt, endedAt, outcome } of attempts) {
      if (outcome !== 'running') continue;
      times.set(uuid, [...(times.get(uuid) ?? []), ...seconds(startedAt, endedAt)]);
    }
  }
  return times;
}

/** Nothing if one of the times is missing, or if a clock was set in between. */
function seconds(from: number | undefined, to: number | undefined): number[] {
  return from === undefined || to === undefined || to < from ? [] : [(to - from) / 1000];
}

export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[middle - 1];
  return sorted.length % 2 === 0 && upper !== undefined && lower !== undefined ? (lower + upper) / 2 : upper;
}
