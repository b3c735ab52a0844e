import type { HostLoss } from '../ports/clusterEngine.ts';
import type { BoardVm } from './board.ts';
import type { Surveyed } from './survey.ts';

/** What a survey says of a VM of the board. */
export type Verdict =
  /** It runs on `host`. `ours`: an owner of this takeover had it started there. */
  | { kind: 'runs'; host: string; ours: boolean }
  /** Its start is under way on `host`: asking for it once more tells what becomes of it. */
  | { kind: 'coming-up'; host: string }
  /** It runs nowhere. `reason`: why that is certain of the host it may have run on. */
  | { kind: 'free'; reason: string }
  /** Nobody can say. `patientMs`: how long that is put up with; absent: as long as a start may take. */
  | { kind: 'uncertain'; host: string; reason: string; patientMs?: number };

/** After that it is not one of those that the host starts: two hosts that wait for each other come to an end. */
const rejoinMs = 3 * 60_000;

/**
 * | the survey | the host it may run on | |
 * |---|---|---|
 * | finds it | | it runs |
 * | finds it starting | | asked again there |
 * | finds it not | none | free |
 * | finds it not | was fenced, or left in good order | free |
 * | finds it not | answered, and starts its own VMs just now | uncertain: it may be one of these |
 * | finds it not | answered, and time enough went by | free |
 * | finds it not | answered just after it was asked | uncertain: it may be about to begin |
 * | finds it not | did not answer | uncertain |
 */
export function check(
  vm: BoardVm,
  { surveys, silent }: Surveyed,
  losses: ReadonlyMap<string, HostLoss['state']>,
  now: number,
): Verdict {
  const found = surveys
    .flatMap(({ host, running }) =>
      running.filter(({ uuid }) => uuid === vm.uuid).map((one) => ({ host, one })),
    )
    .sort((a, b) => Number(a.one.starting) - Number(b.one.starting));
  const [best] = found;
  if (best !== undefined) {
    const ours = vm.attempts.some(({ host, outcome }) => host === best.host && outcome !== 'failed');
    return best.one.starting && vm.phase === 'to-check' && ours
      ? { kind: 'coming-up', host: best.host }
      : { kind: 'runs', host: best.host, ours };
  }
  const { host } = vm;
  if (vm.phase !== 'to-check' || host === undefined) return { kind: 'free', reason: 'It runs nowhere.' };
  const loss = losses.get(host);
  if (loss === 'fenced' || loss === 'left') return { kind: 'free', reason: `${host} is down.` };
  const answer = surveys.find((one) => one.host === host);
  const since = vm.check?.since ?? now;
  if (answer?.rejoining === true && now - since < rejoinMs) {
    return { kind: 'uncertain', host, reason: `${host} is about to start its own VMs.`, patientMs: rejoinMs };
  }
  if (answer !== undefined) {
    const waited = now - since >= (vm.check?.patientMs ?? 0);
    return waited
      ? { kind: 'free', reason: `It does not run on ${host}.` }
      : { kind: 'uncertain', host, reason: `Its start may yet begin on ${host}.` };
  }
  const why = silent.find((one) => one.host === host)?.unavailable ?? 'it is silent and was not fenced';
  return { kind: 'uncertain', host, reason: `It may run on ${host}, and nobody can say: ${why}.` };
}

/** Hosts, other than members, whose fate decides about VMs of the board. */
export const hostsInDoubt = (vms: readonly BoardVm[], members: ReadonlySet<string>): string[] => [
  ...new Set(
    vms
      .map(({ phase, host, mayComeUpOn }) =>
        ['to-check', 'planned', 'running', 'elsewhere'].includes(phase) ? host : mayComeUpOn,
      )
      .filter((host) => host !== undefined)
      .filter((host) => !members.has(host)),
  ),
];
