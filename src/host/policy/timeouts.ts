import type { EngineTiming, Fencing } from '../../contract/clusterState.ts';
import type { Finding } from '../../contract/finding.ts';

/**
 * Where the waiting times of the engine's parts contradict each other. A host must be off before the others count it as off, and
 * nobody may give up before that. Pure. Sources: sbd(8), and Pacemaker's documentation of the two options.
 *
 * with a poison-pill disk | msgwait ≥ 2 × watchdog            | else the pill counts before a host that cannot read it has reset itself
 *                         | stonith-timeout ≥ 1.2 × msgwait   | else fencing is given up as failed before it can succeed
 * with a watchdog alone   | stonith-watchdog-timeout set      | else nobody is ever taken for reset
 *                         | … ≥ 2 × watchdog                  | else a host counts as reset before it is
 *                         | … ≥ watchdog + consensus          | the same, for a host that notices its loss of quorum last
 *                         | stonith-timeout ≥ 1.2 × …         | else fencing is given up as failed before it can succeed
 * always                  | consensus ≥ 1.2 × token           | else hosts that still pass the token on are taken for lost (corosync.conf(5))
 */
export function timeoutProblems(method: Fencing['method'], timing: EngineTiming): Finding[] {
  return [...fencingProblems(method, timing), ...consensusProblems(timing)];
}

function fencingProblems(method: Fencing['method'], timing: EngineTiming): Finding[] {
  switch (method) {
    case 'sbd-disk':
      return poisonPillProblems(timing);
    case 'sbd-watchdog':
      return watchdogProblems(timing);
    case 'agent':
    case 'none':
      return [];
  }
}

function poisonPillProblems({ watchdogS, msgwaitS, stonithTimeoutS }: EngineTiming): Finding[] {
  if (msgwaitS === undefined) return [];
  const problems: Finding[] = [];
  if (watchdogS !== undefined && msgwaitS < 2 * watchdogS) {
    problems.push(
      misfit(
        'msgwait',
        `A poison pill counts as swallowed after ${msgwaitS} s, too early for a watchdog of ${watchdogS} s.`,
        'A host that cannot read its pill might still run while its VMs are started elsewhere.',
        `Initialise the poison-pill disk with a msgwait of at least ${2 * watchdogS} s: deploy again.`,
      ),
    );
  }
  return [...problems, ...givenUpEarly(stonithTimeoutS, msgwaitS, 'a poison pill')];
}

function givenUpEarly(stonithTimeoutS: number | undefined, countsAfterS: number, what: string): Finding[] {
  if (stonithTimeoutS === undefined || stonithTimeoutS >= 1.2 * countsAfterS) return [];
  return [
    misfit(
      'stonith-timeout',
      `Fencing is given up after ${stonithTimeoutS} s, before ${what} can count (${countsAfterS} s).`,
      'No fencing can succeed, and so no takeover begin.',
      `Set stonith-timeout to at least ${Math.ceil(1.2 * countsAfterS)} s.`,
    ),
  ];
}

function consensusProblems({ tokenMs, consensusMs }: EngineTiming): Finding[] {
  // Corosync rounds what it works out itself.
  if (tokenMs === undefined || consensusMs === undefined || consensusMs >= 1.2 * tokenMs - 1) return [];
  return [
    misfit(
      'consensus',
      `Corosync gives its hosts ${consensusMs / 1000} s to agree on who is there, too short for a token of ${tokenMs / 1000} s.`,
      'A host that is only slow may be taken for lost, and fenced.',
      'Take consensus out of corosync.conf on all hosts, so that Corosync works it out, or deploy again.',
    ),
  ];
}

function watchdogProblems({
  watchdogS,
  stonithWatchdogTimeoutS: wait,
  consensusMs = 0,
  stonithTimeoutS,
}: EngineTiming): Finding[] {
  if (wait === undefined || wait === 0) {
    return [
      misfit(
        'stonith-watchdog-timeout',
        'A silent host is never taken for reset by its watchdog.',
        'stonith-watchdog-timeout is not set, and there is no other fence method.',
        'Deploy again.',
      ),
    ];
  }
  // Negative: Pacemaker takes twice the time of the watchdog.
  if (watchdogS === undefined) return [];
  const waits = wait < 0 ? 2 * watchdogS : wait;
  const needed = Math.max(2 * watchdogS, watchdogS + consensusMs / 1000);
  const givenUp = givenUpEarly(stonithTimeoutS, waits, 'its watchdog');
  if (waits >= needed) return givenUp;
  return [
    ...givenUp,
    misfit(
      'stonith-watchdog-timeout',
      `A silent host counts as reset after ${waits} s, too early for a watchdog of ${watchdogS} s.`,
      'It might still run while its VMs are started elsewhere.',
      `Set stonith-watchdog-timeout to at least ${Math.ceil(needed)} s.`,
    ),
  ];
}

const misfit = (subject: string, title: string, cause: string, remedy: string): Finding => ({
  id: 'timeouts-do-not-fit',
  severity: 'error',
  subject,
  title,
  cause,
  remedy,
});
