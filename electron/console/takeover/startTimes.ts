import type { FailoverRecord } from '../../../src/contract/failover.ts';
import type { Finding } from '../../../src/contract/finding.ts';
import type { TakeoverSettings } from '../../../src/contract/policy.ts';

/** A start that took more of the time that it is given is near to being given up on a busy host. */
const NEAR = 0.75;
/** VMs that a sentence names before it says "and n more". */
const NAMED = 4;

/**
 * Whether starts are given up too early, by what they took in past failovers: a start that is given up is tried on another host, where
 * it takes as long. For each VM its latest start counts. Pure.
 */
export function startTimeProblems(
  { startTimeoutS }: TakeoverSettings,
  records: readonly FailoverRecord[],
): Finding[] {
  const latest = new Map<string, { name: string; seconds: number; at: number }>();
  for (const { uuid, name, attempts } of records.flatMap((record) => record.vms)) {
    for (const { startedAt, endedAt, outcome } of attempts) {
      if (outcome !== 'running' || endedAt === undefined || endedAt < startedAt) continue;
      const known = latest.get(uuid);
      if (known === undefined || known.at < startedAt)
        latest.set(uuid, { name, seconds: (endedAt - startedAt) / 1000, at: startedAt });
    }
  }
  const slow = [...latest.values()]
    .filter(({ seconds }) => seconds > NEAR * startTimeoutS)
    .sort((a, b) => b.seconds - a.seconds);
  const [slowest] = slow;
  if (slowest === undefined) return [];
  const names = slow.slice(0, NAMED).map(({ name, seconds }) => `${name} ${Math.round(seconds)} s`);
  const more = slow.length > NAMED ? ` and ${slow.length - NAMED} more` : '';
  return [
    {
      id: 'start-timeout-short',
      severity: 'warning',
      title: `A start is given up after ${startTimeoutS} s, which is little for ${slow.length === 1 ? slowest.name : `${slow.length} VMs`}.`,
      cause: `In past failovers it took: ${names.join(', ')}${more}.`,
      remedy: `Raise it under Priorities, Takeover, to at least ${Math.ceil(slowest.seconds / NEAR / 5) * 5} s.`,
    },
  ];
}
