import type { Outcome, VmOutcome } from './outcome.ts';
import type { Scenario } from './scenario.ts';

export interface Expectations {
  /** VMs that ran when it began and that nobody shut down. */
  wanted: readonly string[];
  /** VMs that their owners shut down. */
  shutDown: readonly string[];
  /** VMs whose definitions somebody damaged: of these only that they run no more than once. */
  damaged: readonly string[];
  /** VMs that could not be started somewhere for a while: they may have been given up, if the record says so. */
  hindered: readonly string[];
  /** Unix milliseconds: later runs were begun by Minime. */
  since: number;
}

/** What must hold of a cluster that was broken, repaired and left alone, whatever was done to it. Empty: all does. */
export function violations(
  { defects, cluster }: Pick<Scenario, 'defects' | 'cluster'>,
  outcome: Outcome,
  expected: Expectations,
): string[] {
  const twice = cluster.guests.doubleStarts.map(
    ({ name, on, runsOn }) => `${name} would have run twice: a start on ${on} while it ran on ${runsOn}`,
  );
  return [
    ...defects.map((text) => `a defect was logged: ${text}`),
    ...twice,
    ...outcome.vms.flatMap((vm) => violationsOf(vm, outcome, expected)),
    ...recordViolations(outcome, expected.since),
  ];
}

function violationsOf(vm: VmOutcome, outcome: Outcome, expected: Expectations): string[] {
  const { name, host, definitionsOn, definedOn } = vm;
  if (expected.shutDown.includes(name)) {
    return host === undefined ? [] : [`${name} was shut down by its owner and runs on ${host}`];
  }
  if (expected.damaged.includes(name)) return [];
  if (host === undefined) {
    if (!expected.wanted.includes(name)) return [];
    if (expected.hindered.includes(name) && isGivenUp(vm, outcome)) return [];
    return [`${name} should run and is down`];
  }
  if (definitionsOn.join() !== host)
    return [`${name} runs on ${host}, and its definition is on ${definitionsOn.join(' and ') || 'no disk'}`];
  return definedOn.join() === host
    ? []
    : [`${name} runs on ${host}, and is known on ${definedOn.join(' and ')}`];
}

/** The last record that knows it says that it stays down, and why. */
function isGivenUp({ uuid }: VmOutcome, { records }: Outcome): boolean {
  const last = records.findLast(({ record }) => record.vms.some((vm) => vm.uuid === uuid));
  const vm = last?.record.vms.find((one) => one.uuid === uuid);
  return vm?.outcome === 'stays-down' && vm.reasons.length > 0;
}

function recordViolations({ vms, records }: Outcome, since: number): string[] {
  const found: string[] = [];
  const attempts = new Set<string>();
  for (const { record } of records) {
    const of = `the record of ${record.kind} of ${record.failed.join(' ')} at ${record.times.begun - since}`;
    if (record.times.ended === undefined) found.push(`${of} has not ended`);
    for (const vm of record.vms) {
      for (const { host, outcome } of vm.attempts) {
        attempts.add(`${vm.name} ${host}`);
        if (outcome === undefined && record.times.ended !== undefined)
          found.push(`${of} does not say what came of the start of ${vm.name} on ${host}`);
      }
      if (vm.outcome === 'pending' && record.times.ended !== undefined)
        found.push(`${of} leaves ${vm.name} pending`);
      if (vm.outcome !== 'running' && vm.outcome !== 'running-elsewhere') continue;
      const ran =
        vms.find(({ uuid }) => uuid === vm.uuid)?.runs.some(({ host }) => host === vm.host) ?? false;
      if (!ran) found.push(`${of} says that ${vm.name} runs on ${vm.host ?? '?'}, where it never ran`);
    }
  }
  for (const { name, runs } of vms) {
    for (const { host, from } of runs) {
      if (from > since && !attempts.has(`${name} ${host}`)) {
        found.push(`${name} was started on ${host} at ${from - since}, of which no record tells`);
      }
    }
  }
  return found;
}
