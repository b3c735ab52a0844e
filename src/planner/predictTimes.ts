import type { Plan, PlannedStart } from '../contract/plan.ts';
import type { Policy, ReadinessCondition } from '../contract/policy.ts';

/** How long things take in this cluster, in seconds, as measured there or else by experience. */
export interface TimeFigures {
  /** From the failure until the others are sure of the loss. */
  detectionS: number;
  /** From there until the host is known to be off. */
  fencingS: number;
  /** From there until the first start: mounting, survey, plan. */
  preparationS: number;
  /** From the start of a VM (uuid) until the hypervisor says that it runs. */
  startS: (uuid: string) => number;
  /** From there until its guest agent answers. */
  agentS: number;
}

export interface PredictedTimes {
  /** Seconds from the failure until starts begin. */
  startsAfterS: number;
  /** By VM uuid: seconds from the failure until it runs. */
  startedAtS: Record<string, number>;
}

/**
 * When the VMs of a plan run if all goes well: tier by tier, each VM as soon as its host starts fewer VMs than it may at
 * the same time.
 */
export function predictTimes(plan: Plan, policy: Policy, figures: TimeFigures): PredictedTimes {
  const startsAfterS = figures.detectionS + figures.fencingS + figures.preparationS;
  const startedAtS: Record<string, number> = {};
  const starts = plan.vms.filter((vm) => vm.outcome === 'start').sort((a, b) => a.position - b.position);
  let tierBeginsS = startsAfterS;
  for (const [tier, { readiness }] of policy.tiers.entries()) {
    const mine = starts.filter((vm) => vm.tier === tier);
    if (mine.length === 0) continue;
    const lastRunsS = startTier(mine, tierBeginsS, policy.takeover.startsPerHost, figures.startS, startedAtS);
    tierBeginsS = lastRunsS + pauseAfter(readiness, figures);
  }
  return { startsAfterS, startedAtS };
}

/** Enters when each VM of a tier runs and returns when the last one does. */
function startTier(
  vms: readonly PlannedStart[],
  beginsS: number,
  startsPerHost: number,
  startS: TimeFigures['startS'],
  startedAtS: Record<string, number>,
): number {
  /** By host: when each of its places for a start is free again. */
  const places = new Map<string, number[]>();
  let lastRunsS = beginsS;
  for (const { uuid, host } of vms) {
    const free = places.get(host) ?? Array.from({ length: startsPerHost }, () => beginsS);
    places.set(host, free);
    const place = free.indexOf(Math.min(...free));
    const runsS = (free[place] ?? beginsS) + startS(uuid);
    free[place] = runsS;
    startedAtS[uuid] = runsS;
    lastRunsS = Math.max(lastRunsS, runsS);
  }
  return lastRunsS;
}

/** Seconds between the last VM of a tier running and the beginning of the next tier. */
function pauseAfter(readiness: ReadinessCondition, { agentS }: TimeFigures): number {
  switch (readiness.kind) {
    case 'started':
      return 0;
    case 'guest-agent':
      return Math.min(agentS, readiness.timeoutS);
    case 'delay':
      return readiness.seconds;
  }
}
