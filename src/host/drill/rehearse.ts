import type { DispatchCallResult } from '../../contract/dispatchProtocol.ts';
import type { Rehearsal, RehearsedVm } from '../../contract/drill.ts';
import { MinimeError, toErrorInfo } from '../../contract/errors.ts';
import type { Finding } from '../../contract/finding.ts';
import { refusalText, staysDownText } from '../../contract/planText.ts';
import type { Host } from '../host.ts';
import { readFenceTested } from '../policy/notes.ts';
import type { EngineState } from '../ports/clusterEngine.ts';
import { placeByPlan } from '../takeover/place.ts';
import { policyForTakeover } from '../takeover/policyInForce.ts';
import { peerSilent } from '../takeover/problems.ts';
import { survey } from '../takeover/survey.ts';
import { boardOf } from './board.ts';
import { requireTarget } from './target.ts';

const contentsMs = 15_000;
const checkMs = 20_000;

type Found = DispatchCallResult<'drill.contents'>;

/**
 * Goes through the takeover of `target` as if it had failed: asks all others, has its quorum disk read, plans, and has every VM
 * checked by the host that would get it. Rejects with `invalid-input`, `conflict`, or why its disk cannot be read.
 */
export async function rehearse(host: Host, target: string): Promise<Rehearsal> {
  const state = await host.engine.state();
  const self = requireTarget(target, state);
  const at = host.clock.now();
  const others = state.members
    .filter(({ name, online }) => online && name !== target)
    .map(({ name }) => name);
  const [{ value: surveyed, ms: surveyMs }, { value: found, ms: diskMs }, { policy, problems }] =
    await Promise.all([
      timed(host, survey(host.peers, host.clock, others)),
      timed(host, host.peers.call(target, 'drill.contents', {}, { timeoutMs: contentsMs })),
      policyForTakeover(host),
    ]);
  const running = new Map(
    surveyed.surveys.flatMap((one) => one.running.map(({ uuid }) => [uuid, one.host] as const)),
  );
  const wanted = found.vms.filter(({ state: is, uuid }) => is === 'wanted' && !running.has(uuid));
  const { placed, plan } = placeByPlan(boardOf(wanted, target, policy), surveyed, policy, [target]);
  if (plan === undefined) throw new RangeError('A plan was asked for.');
  const hosts = new Map(placed.flatMap((one) => (one.outcome === 'start' ? [[one.uuid, one.host]] : [])));
  const { value: obstacles, ms: checksMs } = await timed(host, checkAll(host, target, wanted, hosts));
  return {
    target,
    by: self,
    at,
    vms: found.vms.flatMap((vm) => rehearsed(vm, { running, plan, obstacles }) ?? []),
    notWanted: found.vms.filter(({ state: is }) => is === 'not-wanted').length,
    plan,
    took: { survey: surveyMs, disk: diskMs, checks: checksMs },
    findings: [
      ...problems,
      ...found.findings,
      ...engineFindings(target, state),
      ...(await fencingNeverTested(host)),
      ...surveyed.silent.map(({ host: name, unavailable }) => peerSilent(name, unavailable)),
    ],
  };
}

async function timed<T>(host: Host, work: Promise<T>): Promise<{ value: T; ms: number }> {
  const began = host.clock.elapsed();
  const value = await work;
  return { value, ms: Math.round(host.clock.elapsed() - began) };
}

/** By uuid, what each VM's host found; nothing for one whose host gives no answer. */
async function checkAll(
  host: Host,
  home: string,
  vms: Found['vms'],
  hosts: ReadonlyMap<string, string>,
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const onHost = async (name: string): Promise<void> => {
    // One after the other: a host that does its work is not to be held up by a rehearsal.
    for (const { uuid, definition } of vms) {
      if (hosts.get(uuid) !== name || definition === undefined) continue;
      try {
        const { problems } = await host.peers.call(
          name,
          'drill.check',
          { home, definition },
          { timeoutMs: checkMs },
        );
        found.set(uuid, problems);
      } catch (error) {
        if (!(error instanceof MinimeError)) throw error;
        found.set(uuid, [`${name} did not check it: ${toErrorInfo(error).message}`]);
      }
    }
  };
  await Promise.all([...new Set(hosts.values())].map(onHost));
  return found;
}

function rehearsed(
  { uuid, name, state, reasons }: Found['vms'][number],
  {
    running,
    plan,
    obstacles,
  }: {
    running: ReadonlyMap<string, string>;
    plan: Rehearsal['plan'];
    obstacles: ReadonlyMap<string, string[]>;
  },
): RehearsedVm | undefined {
  if (state === 'not-wanted') return undefined;
  const there = running.get(uuid);
  if (there !== undefined) return { uuid, name, outcome: 'runs-elsewhere', host: there, reasons: [] };
  if (state === 'refused') return { uuid, name, outcome: 'refused', reasons };
  const planned = plan.vms.find((vm) => vm.uuid === uuid);
  if (planned?.outcome === 'start') {
    const problems = obstacles.get(uuid);
    return {
      uuid,
      name,
      outcome: 'starts',
      host: planned.host,
      reasons: [],
      ...(problems === undefined ? {} : { problems }),
    };
  }
  const why = planned === undefined ? [] : [staysDownText(planned), ...planned.refused.map(refusalText)];
  return { uuid, name, outcome: 'stays-down', reasons: why };
}

function engineFindings(target: string, { votes, fencing, members }: EngineState): Finding[] {
  const findings: Finding[] = [];
  const others = members.filter(({ online, name }) => online && name !== target).length;
  if (votes !== undefined && others < votes.needed && members.length > 2) {
    findings.push({
      id: 'drill-no-quorum',
      severity: 'error',
      title: `Without ${target} the others have no quorum: nobody would take it over.`,
      cause: `${others} of ${votes.expected} votes would be left; ${votes.needed} are needed.`,
      remedy: 'Bring back the hosts that are down first.',
    });
  }
  if (!fencing.enabled || fencing.method === 'none') {
    findings.push({
      id: 'drill-no-fencing',
      severity: 'error',
      title: 'Fencing is off: no takeover would begin.',
      remedy: 'Set up fencing: deploy again.',
    });
  }
  for (const { path, readable } of fencing.devices) {
    if (readable) continue;
    findings.push({
      id: 'drill-poison-pill-unreadable',
      severity: 'error',
      subject: path,
      title: `The poison-pill disk ${path} cannot be read: fencing may fail.`,
    });
  }
  return findings;
}

async function fencingNeverTested(host: Host): Promise<Finding[]> {
  if ((await readFenceTested(host)) !== undefined) return [];
  return [
    {
      id: 'fencing-never-tested',
      severity: 'warning',
      title: 'Fencing was never tested in this cluster: whether a takeover could begin is not known.',
      remedy: 'A real drill tests it, or a fence test.',
    },
  ];
}
