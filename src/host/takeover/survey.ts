import { toErrorInfo } from '../../contract/errors.ts';
import type { HostSurvey } from '../../contract/survey.ts';
import type { Clock } from '../ports/clock.ts';
import type { Peers } from '../ports/peers.ts';
import { before } from './patience.ts';

const firstMs = 3000;
const againMs = 10_000;

export interface Surveyed {
  at: number;
  surveys: HostSurvey[];
  /** Members that did not answer, and why. */
  silent: { host: string; unavailable: string }[];
}

/**
 * Asks all hosts at once, and those that are silent once more with more patience; `hurried`: not a second time. Never rejects:
 * a host that cannot be asked is silent.
 */
export async function survey(
  peers: Peers,
  clock: Clock,
  hosts: readonly string[],
  hurried: ReadonlySet<string> = new Set(),
): Promise<Surveyed> {
  const first = await Promise.all(hosts.map((host) => ask(peers, clock, host, firstMs)));
  const answers = await Promise.all(
    first.map(async (answer) =>
      'survey' in answer || hurried.has(answer.host) ? answer : await ask(peers, clock, answer.host, againMs),
    ),
  );
  return {
    at: clock.now(),
    surveys: answers.flatMap((answer) => ('survey' in answer ? [answer.survey] : [])),
    silent: answers.flatMap((answer) =>
      'survey' in answer ? [] : [{ host: answer.host, unavailable: answer.unavailable }],
    ),
  };
}

type Answer = { host: string; survey: HostSurvey } | { host: string; unavailable: string };

async function ask(peers: Peers, clock: Clock, host: string, timeoutMs: number): Promise<Answer> {
  try {
    const asked = peers.call(host, 'survey', {}, { timeoutMs });
    // The peer's own time-out comes first, if it works.
    const given = await before(clock, timeoutMs + 1000, asked);
    // A host that answers for another one would spoil the plan.
    if (given.host !== host) return { host, unavailable: `it answers as ${given.host}` };
    return { host, survey: given };
  } catch (error) {
    const { message, cause } = toErrorInfo(error);
    return { host, unavailable: `it does not answer (${(cause ?? message).replace(/\.$/, '')})` };
  }
}
