import { groupId, quorumDiskId } from '../cib/cib.ts';
import { findAll, type XmlElement } from '../cib/xml.ts';
import type { Node } from '../context.ts';
import type { Probe } from '../facts/probe.ts';
import { monitor } from './engine.ts';
import { commandStep, type Step } from './step.ts';

/** What failed in an earlier run is forgotten first, for Pacemaker does not try again what it has given up. */
export function settledStep(leader: Node, names: readonly string[]): Step {
  return commandStep(leader, 'configuration', 'settled', 'Wait until every quorum disk is mounted at home', {
    argv: ['crm_resource', '--cleanup'],
    done: async (probe) => (await notAtHome(probe, names)).length === 0,
    mayFail: true,
    wait: {
      timeoutMs: 120_000,
      pending: async (probe) => (await notAtHome(probe, names)).join('\n'),
      hopeless: (probe) => givenUp(probe, names),
    },
  });
}

/** One line per host whose resources do not run at home, with Pacemaker's reason. */
async function notAtHome(probe: Probe, names: readonly string[]): Promise<string[]> {
  const view = await monitor(probe);
  if (view === null) return ['Pacemaker does not answer.'];
  return names.flatMap((name) => {
    if (isAtHome(view, name)) return [];
    const reasons = failuresOf(view, name).map(describe).join('; ');
    return [`${quorumDiskId(name)} is not mounted on ${name}${reasons === '' ? '' : ` (${reasons})`}.`];
  });
}

/**
 * What Pacemaker will not try again by itself, a line each: a start that failed at home keeps a resource from that host,
 * and a stop that failed blocks it. Only with a reason, since an agent that gives none may just have been too slow.
 */
async function givenUp(probe: Probe, names: readonly string[]): Promise<string | undefined> {
  const view = await monitor(probe);
  if (view === null) return undefined;
  const lines = names.flatMap((name) => {
    if (isAtHome(view, name)) return [];
    const final = failuresOf(view, name).filter(
      ({ attributes: { task, node, exitreason } }) =>
        (exitreason ?? '') !== '' && (task === 'stop' || (task === 'start' && node === name)),
    );
    return final.length === 0
      ? []
      : [`${quorumDiskId(name)} is not mounted on ${name} (${final.map(describe).join('; ')}).`];
  });
  return lines.length === 0 ? undefined : lines.join('\n');
}

function isAtHome(view: XmlElement, name: string): boolean {
  const group = findAll(view, (one) => one.tag === 'group' && one.attributes['id'] === groupId(name))[0];
  const resources = group?.children.filter((one) => one.tag === 'resource') ?? [];
  return resources.length === 2 && resources.every((one) => runsOn(one, name));
}

function failuresOf(view: XmlElement, name: string): XmlElement[] {
  return findAll(view, (one) => one.tag === 'failure').filter((one) =>
    one.attributes['op_key']?.includes(`-${name}_`),
  );
}

function describe({ attributes: { task, node, exitreason, exitstatus } }: XmlElement): string {
  return `${task ?? 'operation'} on ${node ?? '?'}: ${exitreason || (exitstatus ?? 'failed')}`;
}

function runsOn(resource: XmlElement, name: string): boolean {
  return (
    resource.attributes['role'] === 'Started' &&
    resource.attributes['failed'] !== 'true' &&
    resource.children.some((one) => one.tag === 'node' && one.attributes['name'] === name)
  );
}
