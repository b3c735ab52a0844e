import { z } from 'zod';
import { QUICK_ELECTION, wholeCib } from '../cib/cib.ts';
import { element, findAll, parseXml, toXml, type XmlElement } from '../cib/xml.ts';
import type { ConfNode } from '../corosync-conf/format.ts';
import type { Probe } from '../facts/probe.ts';
import type { Design } from './design.ts';
import { engineUnits } from './files.ts';
import type { Inspection } from './inspection.ts';
import { commandStep, fileStep, type Step } from './step.ts';

export function engineSteps(plan: Design, host: Inspection): Step[] {
  const { node, existing } = host;
  const units = engineUnits(plan);
  // SBD starts and stops with Corosync only.
  const started = ['corosync.service', 'pacemaker.service'];
  const stranger = existing.corosyncRunning && existing.corosyncConf === undefined;
  return [
    ...(existing.corosyncRunning && !stranger && node === plan.leader ? [reloadStep(plan, host)] : []),
    commandStep(node, 'engine', 'enable', 'Start the engine at every boot', {
      argv: ['systemctl', 'enable', ...units],
      done: (probe) => allAre(probe, 'is-enabled', units, 'enabled'),
    }),
    ...firstCibSteps(host),
    commandStep(node, 'engine', 'start', 'Start Corosync and Pacemaker', {
      // A Corosync that runs with the package's example configuration has to begin anew.
      argv: ['systemctl', stranger ? 'restart' : 'start', ...started],
      done: async (probe) =>
        (await allAre(probe, 'is-active', units, 'active')) &&
        (await runsCluster(probe, plan.spec.clusterName)),
      timeoutMs: 120_000,
      wait: {
        timeoutMs: 60_000,
        pending: async (probe) => {
          const answer = await probe.exec('systemctl', 'status', '--no-pager', '--lines=8', ...units);
          return `Corosync and Pacemaker do not run on ${node.name}.\n${answer.stdout}`;
        },
      },
    }),
  ];
}

const FIRST_CIB = '/var/lib/minime/first-cib.xml';
const PACEMAKER_CIB = '/var/lib/pacemaker/cib/cib.xml';

/**
 * A Pacemaker that starts for the first time waits 20 s (`dc-deadtime`) for others to appear before it calls an election.
 * All hosts of a deployment start together, and nothing can be fenced yet, so here it need not; the configuration that
 * follows sets this back, for later a host must not be taken for dead because it boots more slowly.
 */
function firstCibSteps({ node }: Inspection): Step[] {
  const first = wholeCib(
    element('configuration', {}, [
      element('crm_config', {}, [
        element('cluster_property_set', { id: 'cib-bootstrap-options' }, [QUICK_ELECTION]),
      ]),
      element('nodes', {}),
      element('resources', {}),
      element('constraints', {}),
    ]),
  );
  return [
    fileStep(node, 'engine', 'Write a first configuration for Pacemaker', {
      path: FIRST_CIB,
      mode: '0644',
      bytes: Buffer.from(toXml(first)),
      shown: toXml(first),
    }),
    commandStep(node, 'engine', 'first-cib', 'Have Pacemaker begin with it', {
      argv: ['install', '--owner=hacluster', '--group=haclient', '--mode=0600', FIRST_CIB, PACEMAKER_CIB],
      done: async (probe) => (await probe.exec('test', '-e', PACEMAKER_CIB)).code === 0,
    }),
  ];
}

/** Corosync takes over a changed list of hosts and a changed token timeout while it runs, on all hosts at once. */
function reloadStep(plan: Design, host: Inspection): Step {
  return commandStep(host.node, 'engine', 'reload', 'Have Corosync read its configuration again', {
    argv: ['corosync-cfgtool', '-R'],
    done: async (probe) => sameNodes(await runtimeNodes(probe), plan.confNodes),
  });
}

export function membershipSteps(plan: Design): Step[] {
  const names = plan.spec.hosts.map((host) => host.nodeName);
  return [
    commandStep(plan.leader, 'membership', 'online', 'Wait until all hosts are members', {
      argv: CRM_MON,
      done: async (probe) => (await offline(probe, names)).length === 0,
      mayFail: true,
      wait: {
        timeoutMs: 120_000,
        pending: async (probe) => `Not yet members: ${(await offline(probe, names)).join(', ')}.`,
      },
    }),
  ];
}

export const CRM_MON = ['crm_mon', '--one-shot', '--inactive', '--output-as=xml'];

/** Pacemaker's view of everything; null while it cannot be asked. */
export async function monitor(probe: Probe): Promise<XmlElement | null> {
  const answer = await probe.exec(...CRM_MON);
  return answer.code === 0 ? parseXml(answer.stdout) : null;
}

async function offline(probe: Probe, names: readonly string[]): Promise<string[]> {
  const view = await monitor(probe);
  if (view === null) return [...names];
  const online = new Set(
    findAll(view, (one) => one.tag === 'node' && one.attributes['online'] === 'true')
      .filter((one) => one.attributes['pending'] !== 'true' && one.attributes['unclean'] !== 'true')
      .map((one) => one.attributes['name']),
  );
  return names.filter((name) => !online.has(name));
}

/** `systemctl is-…` prints one state per unit, in order. */
export async function allAre(
  probe: Probe,
  question: 'is-active' | 'is-enabled',
  units: readonly string[],
  wanted: string,
): Promise<boolean> {
  const answer = await probe.exec('systemctl', question, ...units);
  const states = answer.stdout.trim().split('\n');
  return states.length === units.length && states.every((state) => state === wanted);
}

async function runsCluster(probe: Probe, clusterName: string): Promise<boolean> {
  const answer = await probe.exec('corosync-cmapctl', '-g', 'totem.cluster_name');
  return answer.code === 0 && answer.stdout.trim().endsWith(`= ${clusterName}`);
}

/** The list of hosts that Corosync works with at present. */
async function runtimeNodes(probe: Probe): Promise<ConfNode[]> {
  const answer = await probe.exec('corosync-cmapctl', 'nodelist.node.');
  const nodes = new Map<string, { name: string; nodeId: number; links: Map<number, string> }>();
  for (const line of answer.stdout.split('\n')) {
    const match = /^nodelist\.node\.(\d+)\.(\w+) \(\w+\) = (.*)$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) continue;
    const node = nodes.get(match[1]) ?? { name: '', nodeId: 0, links: new Map<number, string>() };
    nodes.set(match[1], node);
    const link = /^ring([0-7])_addr$/.exec(match[2])?.[1];
    if (match[2] === 'name') node.name = match[3];
    else if (match[2] === 'nodeid') node.nodeId = z.coerce.number().parse(match[3]);
    else if (link !== undefined) node.links.set(Number(link), match[3]);
  }
  return [...nodes.values()].map(({ name, nodeId, links }) => ({
    name,
    nodeId,
    linkAddresses: [...links.entries()].toSorted(([a], [b]) => a - b).map(([, address]) => address),
  }));
}

function sameNodes(some: readonly ConfNode[], others: readonly ConfNode[]): boolean {
  const key = (node: ConfNode) => JSON.stringify([node.name, node.nodeId, node.linkAddresses]);
  const wanted = new Set(others.map(key));
  return some.length === wanted.size && some.every((node) => wanted.has(key(node)));
}
