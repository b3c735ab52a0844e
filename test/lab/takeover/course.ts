import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type ClusterEvent, mergeEvents } from '../../../src/contract/events.ts';
import type { FailoverRecord, FailoverVm } from '../../../src/contract/failover.ts';
import { readJournal } from '../../../src/host/history/journal.ts';
import { parseCommands } from '../../scenarios/run/commands.ts';
import { outcomeOf } from '../../scenarios/run/outcome.ts';
import { bootOf, Scenario, scenarioClusterSchema } from '../../scenarios/run/scenario.ts';
import type { PolicyChange } from './policy.ts';
import { hostNames, type Site } from './site.ts';
import { homes, vmNames } from './vms.ts';

/** What happened to hosts and their VMs. */
interface Happening {
  records: FailoverRecord[];
  events: ClusterEvent[];
}

/** Since the site's `begin`. */
async function happenedOn({ console: console_, clusterId, since }: Site): Promise<Happening> {
  const { hosts } = await console_.snapshot();
  const histories = hosts.flatMap(({ sections }) => sections.history ?? []);
  const ids = histories.flatMap(({ failovers }) =>
    failovers.filter(({ begun }) => begun >= since).map(({ id }) => id),
  );
  const asked = [...new Set(ids)].map((id) => console_.call('history.get', { clusterId, id }));
  const events = mergeEvents(...histories.map((history) => history.events));
  return {
    records: (await Promise.all(asked)).map(({ record }) => record),
    events: events.filter(({ at }) => at >= since),
  };
}

/**
 * What was decided and in which order, a line each. Without times, and without reasons, which hold figures: both differ from one machine
 * to another. What is left must be the same on real hosts and on embedded ones.
 */
function courseOf(host: string, { records, events }: Happening): string[] {
  const own = events.filter((event) => event.host === host).toSorted((a, b) => a.at - b.at);
  const links = events.filter(
    ({ kind, subject = '' }) => kind === 'link-lost' && subject.split(' ').includes(host),
  );
  return [
    `${host}: ${[...new Set(own.map(({ kind }) => kind))].join(', ')}`,
    ...links
      .map(({ subject, until }) => `lost ${subject}${until === undefined ? '' : ', for a time'}`)
      .toSorted(),
    ...records
      .filter(({ failed }) => failed.includes(host))
      .toSorted((a, b) => a.times.begun - b.times.begun)
      .flatMap(courseOfRecord),
  ];
}

/** Which of them it is depends on whose patience is shorter, that of libvirt or that of Minime. */
const givenUp: ReadonlySet<string> = new Set(['failed', 'hung']);

function courseOfRecord({ kind, failed, times, fencing, vms, findings }: FailoverRecord): string[] {
  const nameOf = (subject = ''): string => vms.find(({ uuid }) => uuid === subject)?.name ?? subject;
  const steps = Object.entries(times).toSorted(([, a = 0], [, b = 0]) => a - b);
  const starts = vms
    .flatMap(({ name, attempts }) => attempts.map((attempt) => ({ ...attempt, name })))
    .toSorted((a, b) => a.startedAt - b.startedAt);
  return [
    `${kind} of ${failed.join(' ')}: ${steps.map(([step]) => step).join(', ')}`,
    `fenced: ${Object.keys(fencing).join(' ')}`,
    `started: ${starts.map(({ name, host, outcome = '' }) => `${name} on ${host} ${givenUp.has(outcome) ? 'given up' : outcome}`).join(', ')}`,
    ...vms.map(courseOfVm).toSorted(),
    ...findings
      .map(({ id, severity, host, subject }) => [severity, id, nameOf(subject), host].join(' '))
      .toSorted(),
  ];
}

function courseOfVm({ name, tierName, planned, outcome, host, handedOver }: FailoverVm): string {
  const plan = planned === undefined ? 'not planned' : `planned ${planned.position} on ${planned.host}`;
  const end = host === undefined ? outcome : `${outcome} on ${host}`;
  return `${name} (${tierName}): ${plan}, ${end}${handedOver ? ', handed over' : ''}`;
}

interface CourseOptions extends Pick<PolicyChange, 'preferred' | 'takeover'> {
  /** GiB of embedded hosts where it matters; their VMs have 1 each, and half a GiB must remain free. */
  memory?: Record<string, number>;
  /** `elsewhere`: on which of the others VMs start is decided by the load of the moment, and not looked at. */
  placed?: 'as-planned' | 'elsewhere';
}

/**
 * What happened to `host` since the site's `begin`, and what happens to it on embedded hosts, in virtual time: in a cluster like that of
 * the lab, by a script as scenarios have them. Of several scripts, which differ in a moment that nobody can hit on real hosts, by the one
 * that leads to the same; if none does, by the first.
 */
export async function bothCourses(
  site: Site,
  host: string,
  scripts: string | readonly string[],
  { placed = 'as-planned', ...policy }: CourseOptions = {},
): Promise<{ real: string[]; embedded: string[] }> {
  const others = new RegExp(`\\b(${hostNames.filter((name) => name !== host).join('|')})\\b`, 'g');
  const shown = (course: string[]): string[] =>
    placed === 'as-planned' ? course : course.map((line) => line.replaceAll(others, 'another'));
  const courses: string[][] = [];
  for (const commands of [scripts].flat()) courses.push(shown(await embeddedCourse(host, policy, commands)));
  let real: string[] = [];
  let happening: Happening = { records: [], events: [] };
  // What a host notes last may take a moment to be told.
  for (const end = Date.now() + 60_000; Date.now() < end; await delay(1000)) {
    happening = await happenedOn(site);
    real = shown(courseOf(host, happening));
    const same = courses.find((embedded) => isDeepStrictEqual(real, embedded));
    if (same !== undefined) return { real, embedded: same };
  }
  // The course says that they differ, this says why.
  console.log(JSON.stringify(happening, null, 1));
  return { real, embedded: courses[0] ?? [] };
}

async function embeddedCourse(
  host: string,
  { preferred = {}, takeover = {}, memory = {} }: CourseOptions,
  commands: string,
): Promise<string[]> {
  const description = scenarioClusterSchema.parse({
    hosts: hostNames.map((name) => ({ name, memory: memory[name] })),
    vms: Object.entries(homes).flatMap(([home, names]) => names.map((name) => ({ name, host: home }))),
    policy: {
      tiers: [
        { name: 'First', vms: ['db'] },
        { name: 'Rest', vms: vmNames.filter((vm) => vm !== 'db') },
      ],
      vms: Object.fromEntries(
        Object.entries(preferred).map(([vm, preferredHost]) => [vm, { preferredHost }]),
      ),
      takeover,
    },
  });
  const scenario = new Scenario(description, parseCommands(commands));
  await scenario.run();
  const { cluster } = scenario;
  try {
    const since = scenario.clock.now() - scenario.now;
    const journals = await Promise.all(
      hostNames.map((name) => readJournal(cluster.program(bootOf(cluster, name)).host)),
    );
    const events = mergeEvents(...journals.map((journal) => journal.events));
    return courseOf(host, {
      records: (await outcomeOf(cluster)).records.map(({ record }) => record),
      events: events.filter(({ at }) => at >= since),
    });
  } finally {
    cluster.close();
  }
}
