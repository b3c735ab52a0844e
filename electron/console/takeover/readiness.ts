import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { ClusterReadiness, ConsoleEvent, HostView } from '../../../src/contract/consoleApi.ts';
import { toErrorInfo } from '../../../src/contract/errors.ts';
import type { FailoverRecord } from '../../../src/contract/failover.ts';
import type { Finding } from '../../../src/contract/finding.ts';
import type { SectionName } from '../../../src/contract/hostState.ts';
import type { Readiness } from '../../../src/contract/plan.ts';
import { initialPolicy } from '../../../src/contract/policy.ts';
import { fromSurveys } from '../../../src/planner/fromSurveys.ts';
import type { ClusterInput } from '../../../src/planner/input.ts';
import { policyProblems } from '../../../src/planner/policyProblems.ts';
import { eachReadiness } from '../../../src/planner/readiness.ts';
import type { Clock } from '../clock.ts';
import type { EventHub } from '../events.ts';
import { alike } from './alike.ts';
import { type ClusterState, isOnline, readClusterState } from './clusterState.ts';
import { startTimeProblems } from './startTimes.ts';
import { surveysOf } from './surveys.ts';

/** The shortest time between two looks at the clusters. */
const PAUSE_MS = 1_000;
/** So long after the first change, the others that come with it have come too. */
const SETTLE_MS = 100;
/**
 * A look waits so many times as long as the one before took: in a large cluster that changes all the time, looks take a twentieth of a
 * processor. What else the console has to do comes first.
 */
const REST = 19;
/** Figures that changed by no more than they always do are taken in after this time. */
const AGE_MS = 30_000;

const neededSections: ReadonlySet<SectionName> = new Set([
  'system',
  'load',
  'vms',
  'cluster',
  'quorumDisks',
  'policy',
]);

export interface ReadinessOptions {
  views: () => readonly HostView[];
  events: EventHub;
  clock: Clock;
  logger: Logger;
  /** Past failovers of a cluster, as far as they are known. */
  records: (clusterId: string) => readonly FailoverRecord[];
}

/** Keeps up, for each cluster with a host that is online, what would happen if one of its hosts failed now. */
export interface ReadinessKeeper {
  list(): ClusterReadiness[];
  dispose(): void;
}

interface Question {
  input: ClusterInput;
  problems: Finding[];
  /** Hosts whose failure can be told of. */
  of: ReadonlySet<string>;
  /** Hosts without figures, which are no part of a forecast. */
  silent: ReadonlySet<string>;
}

export function keepReadiness({ views, events, clock, logger, records }: ReadinessOptions): ReadinessKeeper {
  const known = new Map<string, { question: Question; answer: ClusterReadiness }>();
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  /** Since the last look. */
  let changed = false;
  let disposed = false;
  /** By `performance.now`. */
  let notBefore = 0;

  const schedule = () => {
    if (changed) return;
    changed = true;
    if (looking || disposed) return;
    timer = setTimeout(() => void look(), Math.max(SETTLE_MS, notBefore - performance.now()));
  };

  const look = async () => {
    changed = false;
    looking = true;
    let worked = 0;
    for (const [id, question] of questionsOf(views(), records)) {
      const last = known.get(id);
      if (last !== undefined && isAnswered(question, last, clock.now())) continue;
      const at = clock.now();
      const { hosts, problems, milliseconds } = await answer(question, () => disposed, logger);
      worked += milliseconds;
      if (disposed) return;
      const readiness = { clusterId: id, at, hosts, problems };
      known.set(id, { question, answer: readiness });
      events.emit('cluster.readiness', readiness);
    }
    const there = clusterIds(views());
    for (const id of [...known.keys()]) {
      if (there.has(id)) continue;
      known.delete(id);
      events.emit('cluster.readinessRemoved', { clusterId: id });
    }
    looking = false;
    notBefore = performance.now() + Math.max(PAUSE_MS, REST * worked);
    if (!changed) return;
    changed = false;
    schedule();
  };

  const end = events.onEvent((event) => {
    if (isNeeded(event)) schedule();
  });
  return {
    list: () => [...known.values()].map((one) => one.answer),
    dispose() {
      disposed = true;
      end();
      clearTimeout(timer);
    },
  };
}

const neededEvents: ReadonlySet<string> = new Set(['host.connection', 'host.added', 'host.removed']);

/** Whether plans depend on what the event tells. */
const isNeeded = (event: ConsoleEvent): boolean =>
  neededEvents.has(event.name) || (event.name === 'host.section' && neededSections.has(event.data.section));

function clusterIds(views: readonly HostView[]): Set<string> {
  return new Set(
    views.flatMap((view) => {
      const { cluster } = view.sections;
      return isOnline(view) && cluster?.engine === 'running' && cluster.id !== undefined ? [cluster.id] : [];
    }),
  );
}

function questionsOf(
  views: readonly HostView[],
  records: ReadinessOptions['records'],
): Map<string, Question> {
  return new Map(
    [...clusterIds(views)].map((id) => [id, questionOf(readClusterState(views, id), records(id))]),
  );
}

function questionOf(state: ClusterState, records: readonly FailoverRecord[]): Question {
  const { surveys, silent, problems } = surveysOf(state);
  const policy = state.policy ?? initialPolicy;
  const input = { ...fromSurveys(surveys, silent), policy };
  const names = new Map(input.vms.map((vm) => [vm.uuid, vm.name]));
  const unknown = new Set(silent.map(({ host }) => host));
  const members = state.hosts.filter(({ member, name }) => member !== false && !unknown.has(name));
  return {
    input,
    problems: [
      ...(state.cluster?.quorate === false ? [noQuorum(state)] : []),
      ...(state.policy === null ? [policyUnknown(state)] : []),
      ...problems,
      ...startTimeProblems(policy.takeover, records),
      ...policyProblems(policy, (uuid) => names.get(uuid) ?? uuid),
    ],
    of: new Set(members.map(({ name }) => name)),
    silent: unknown,
  };
}

function isAnswered(
  question: Question,
  last: { question: Question; answer: ClusterReadiness },
  now: number,
): boolean {
  const { input, ...rest } = question;
  const { input: lastInput, ...lastRest } = last.question;
  if (!isDeepStrictEqual(rest, lastRest) || !alike(input, lastInput)) return false;
  return now - last.answer.at < AGE_MS || isDeepStrictEqual(input, lastInput);
}

/** One host after the other, with a turn for everything else in between. */
async function answer(question: Question, disposed: () => boolean, logger: Logger) {
  const hosts: Readiness[] = [];
  let milliseconds = 0;
  try {
    const plans = eachReadiness(question.input);
    for (;;) {
      const began = performance.now();
      const next = plans.next();
      milliseconds += performance.now() - began;
      if (next.done === true || disposed()) break;
      if (question.of.has(next.value.host)) hosts.push(forTheOverview(next.value, question.silent));
      await nextTurn();
    }
    return { hosts, problems: question.problems, milliseconds };
  } catch (thrown) {
    logger.error({ err: thrown }, 'readiness failed');
    return { hosts: [], problems: [failed(thrown), ...question.problems], milliseconds };
  }
}

/** Why a VM is on none of the other hosts fills megabytes in a large cluster; a forecast of this failure tells it. */
function forTheOverview({ host, plan }: Readiness, silent: ReadonlySet<string>): Readiness {
  return {
    host,
    plan: {
      ...plan,
      vms: plan.vms.map((vm) => (vm.outcome === 'start' ? { ...vm, refused: [] } : vm)),
      hosts: plan.hosts.filter((forecast) => !silent.has(forecast.host)),
    },
  };
}

const noQuorum = ({ name }: ClusterState): Finding => ({
  id: 'readiness-no-quorum',
  severity: 'error',
  title: `${name} has no quorum: no VM would be restarted now.`,
  remedy: 'Bring back hosts until more than half of them are members.',
});

const policyUnknown = ({ name }: ClusterState): Finding => ({
  id: 'readiness-policy-unknown',
  severity: 'warning',
  title: `No connected host of ${name} tells its policy; what is shown follows the initial one.`,
  remedy: 'Update the host program from the cluster page.',
});

function failed(thrown: unknown): Finding {
  const { message, remedy } = toErrorInfo(thrown);
  return {
    id: 'readiness-failed',
    severity: 'error',
    title: 'What a failure would mean cannot be told.',
    cause: message,
    ...(remedy === undefined ? {} : { remedy }),
  };
}
