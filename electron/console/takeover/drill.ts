import { expectedOf } from '../../../src/contract/drill.ts';
import { drillDifferences } from '../../../src/contract/drillOutcome.ts';
import { MinimeError } from '../../../src/contract/errors.ts';
import { type FailoverRecord, type FailoverSummary, summaryOf } from '../../../src/contract/failover.ts';
import type { Finding } from '../../../src/contract/finding.ts';
import { findCluster } from '../clusters/clusterRef.ts';
import { pause } from '../deploy/context.ts';
import type { OperationContext } from '../operations/operations.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { ask, onlineMembers, quorateMember } from './ask.ts';
import { fetchRecord } from './records.ts';

const FENCE_MS = 5 * 60_000;
/** Every start of a long list may take its time. */
const TAKEOVER_MS = 30 * 60_000;
/** A server may take this long to boot. */
const RETURN_MS = 15 * 60_000;
const LOOK_EVERY_MS = 500;

interface DrillOptions {
  sessions: Sessions;
  clusterId: string;
  target: string;
  /** Who asked for it. */
  by: string;
}

/**
 * Rehearses the failure of a host, has it fenced, and follows its takeover to the end. The findings say how what happened compares
 * with the rehearsal. Throws `conflict` before anything is done if the takeover could not begin.
 */
export async function runDrill(
  { sessions, clusterId, target, by }: DrillOptions,
  { step, finding, signal }: OperationContext,
): Promise<void> {
  const cluster = findCluster(sessions.views(), clusterId);
  const { name, session } = quorateMember(sessions, cluster, (member) => member !== target);
  const during = async <T>(
    id: string,
    title: string,
    host: string | null,
    work: () => Promise<T>,
  ): Promise<T> => {
    step(id, { host, title, state: 'running' });
    try {
      const result = await work();
      step(id, { state: 'done' });
      return result;
    } catch (error) {
      step(id, { state: signal.aborted ? 'cancelled' : 'failed' });
      throw error;
    }
  };

  const rehearsal = await during(
    'drill/rehearse',
    `${name} goes through the failure of ${target}`,
    name,
    () => ask(session, 'drill.rehearse', { target }),
  );
  const obstacle = rehearsal.findings.find(({ severity }) => severity === 'error');
  if (obstacle !== undefined) throw refused(target, obstacle);
  const known = new Set(failoversOf(sessions, clusterId, target).map(({ id }) => id));

  const seconds = await during('drill/fence', `${name} has ${target} fenced`, target, async () => {
    const result = await session
      .vmcl()
      .call(
        'drill.begin',
        { target, by, expected: expectedOf(rehearsal) },
        { signal, timeoutMs: FENCE_MS, onProgress: (detail) => step('drill/fence', { detail }) },
      );
    if (!result.ok) throw notFenced(target, result.problem);
    return result.seconds;
  });
  finding(good('fenced', `${target} was fenced in ${seconds.toFixed(1)} s.`, target));

  if (rehearsal.vms.length === 0) {
    finding(good('nothing-to-take-over', `No VM ran on ${target}: there was nothing to take over.`, target));
  } else {
    const record = await during('drill/takeover', `The others start the VMs of ${target}`, null, () =>
      takenOver({ sessions, clusterId, target, known, signal }),
    );
    for (const each of record === null ? [returnedFirst(target)] : compared(record, target)) finding(each);
  }
  await during('drill/return', `Wait until ${target} is a member again`, target, () =>
    until(
      () => isMember(sessions, clusterId, target),
      { withinMs: RETURN_MS, signal },
      `${target} was fenced but is not a member again.`,
    ),
  );
}

/** Takeovers and rejoins of this host. */
const failoversOf = (sessions: Sessions, clusterId: string, target: string): FailoverSummary[] =>
  onlineMembers(sessions, findCluster(sessions.views(), clusterId)).flatMap(({ session }) =>
    (session.view().sections.history?.failovers ?? []).filter(({ failed }) => failed.includes(target)),
  );

/** Null: the host was back first. */
async function takenOver({
  sessions,
  clusterId,
  target,
  known,
  signal,
}: Pick<DrillOptions, 'sessions' | 'clusterId' | 'target'> & {
  known: ReadonlySet<string>;
  signal: AbortSignal;
}): Promise<FailoverRecord | null> {
  let end: DrillEnd | undefined;
  await until(
    () => {
      end = drillEnd(failoversOf(sessions, clusterId, target).filter(({ id }) => !known.has(id)));
      return end !== undefined;
    },
    { withinMs: TAKEOVER_MS, signal },
    `The takeover of ${target} has not ended.`,
  );
  return end?.takeover === undefined ? null : await fetchRecord(sessions, clusterId, end.takeover);
}

interface DrillEnd {
  /** Id of the record; absent: the host was back before the others began, and started its VMs itself. */
  takeover?: string;
}

/** How the failure of a host ended, by what the hosts tell of it since; undefined: it has not. Pure. */
export function drillEnd(
  since: readonly Pick<FailoverSummary, 'id' | 'kind' | 'ended'>[],
): DrillEnd | undefined {
  const takeovers = since.filter(({ kind }) => kind === 'takeover');
  const ended = takeovers.find((one) => one.ended !== undefined);
  if (ended !== undefined) return { takeover: ended.id };
  const isBack = since.some((one) => one.kind === 'rejoin' && one.ended !== undefined);
  return takeovers.length === 0 && isBack ? {} : undefined;
}

const isMember = (sessions: Sessions, clusterId: string, target: string): boolean =>
  onlineMembers(sessions, findCluster(sessions.views(), clusterId)).some(
    ({ name, session }) =>
      name !== target &&
      session
        .view()
        .sections.cluster?.members.some(
          (member) => member.name === target && member.online && member.pacemaker?.state === 'online',
        ) === true,
  );

/** Looks again and again at what the hosts have pushed. */
async function until(
  isSo: () => boolean,
  { withinMs, signal }: { withinMs: number; signal: AbortSignal },
  message: string,
): Promise<void> {
  const looks = Math.ceil(withinMs / LOOK_EVERY_MS);
  for (let look = 0; look < looks; look++) {
    if (isSo()) return;
    await pause(LOOK_EVERY_MS, signal);
  }
  throw new MinimeError({
    kind: 'timeout',
    message,
    cause: `It was waited for ${withinMs / 60_000} minutes.`,
    remedy: 'Look at the history and at the host itself.',
  });
}

/** How it went beside how it was rehearsed. */
export function compared(record: FailoverRecord, target: string): Finding[] {
  const { total, running } = summaryOf(record).counts;
  const from = record.times.detected ?? record.times.begun;
  const took = (((record.times.ended ?? from) - from) / 1000).toFixed(0);
  const result = `${running} of ${total} VMs ran again ${took} s after the loss of ${target} was detected.`;
  const differences = drillDifferences(record) ?? [];
  return [
    { id: 'drill-result', severity: running === total ? 'ok' : 'warning', host: target, title: result },
    ...differences.map(
      ({ name, expected, happened }): Finding => ({
        id: 'drill-otherwise',
        severity: happened === null ? 'warning' : 'info',
        host: target,
        subject: name,
        title: `${name} came otherwise than in the dry run: expected ${place(expected)}, it is ${place(happened)}.`,
      }),
    ),
    ...(differences.length === 0
      ? [good('drill-as-expected', 'Every VM came as the dry run had it.', target)]
      : []),
  ];
}

const returnedFirst = (target: string): Finding => ({
  id: 'drill-returned-first',
  severity: 'warning',
  host: target,
  title: `${target} was back before the others could take over, and started its VMs itself.`,
  cause: 'It boots faster than it was certain to have been reset.',
});

const place = (host: string | null): string => (host === null ? 'down' : `on ${host}`);

const good = (id: string, title: string, host: string): Finding => ({ id, severity: 'ok', host, title });

function refused(target: string, { title, cause, remedy }: Finding): MinimeError {
  return new MinimeError({
    kind: 'conflict',
    host: target,
    message: `The drill was not begun: ${title}`,
    ...(cause === undefined ? {} : { cause }),
    remedy: remedy ?? 'Nothing was done. Set this right first.',
  });
}

function notFenced(target: string, problem: Finding | undefined): MinimeError {
  return new MinimeError({
    kind: 'tool-failed',
    host: target,
    message: problem?.title ?? `${target} was not fenced.`,
    ...(problem?.cause === undefined ? {} : { cause: problem.cause }),
    remedy: problem?.remedy ?? 'Look at the fencing; until it works no takeover will start.',
  });
}
