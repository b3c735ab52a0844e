import { findAll } from '../cib/xml.ts';
import type { Node } from '../context.ts';
import type { Probe } from '../facts/probe.ts';
import { liveCib } from '../plan/inspection.ts';
import { commandStep, type Step } from '../plan/step.ts';

/**
 * Takes a node that Corosync no longer knows out of what Pacemaker remembers, on each remaining host: the controller of
 * each has a memory of its own beside the CIB. `crm_node` does not wait for the controller to take its request, and one
 * that is busy just then never sees it; so only what the controller answers afterwards counts.
 */
export function forgetNodeSteps(remaining: readonly Node[], nodeName: string): Step[] {
  return remaining.map((node) =>
    commandStep(node, 'configuration', `forget-${nodeName}`, `Have Pacemaker forget ${nodeName}`, {
      argv: ['crm_node', '--force', '--remove', nodeName],
      done: async (probe) => (await placesOf(probe, nodeName)).length === 0,
      wait: {
        timeoutMs: 30_000,
        pending: async (probe) => (await placesOf(probe, nodeName)).join('\n'),
        again: true,
      },
    }),
  );
}

/** Where Pacemaker still has that node, a line each. */
async function placesOf(probe: Probe, nodeName: string): Promise<string[]> {
  const [cib, list] = await Promise.all([liveCib(probe), probe.exec('crm_node', '--list')]);
  if (cib === null || list.code !== 0) return [`Pacemaker does not answer on ${probe.label}.`];
  const inCib = findAll(
    cib,
    (one) => ['node', 'node_state'].includes(one.tag) && one.attributes['uname'] === nodeName,
  );
  // A line is “ID NAME STATE”.
  const inMemory = list.stdout.split('\n').some((line) => line.split(/\s+/)[1] === nodeName);
  return [
    ...(inCib.length > 0 ? [`${nodeName} is still in Pacemaker's configuration or status.`] : []),
    ...(inMemory ? [`The controller on ${probe.label} still remembers ${nodeName}.`] : []),
  ];
}
