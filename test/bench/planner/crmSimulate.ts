import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PlanInput } from '../../../src/planner/input.ts';
import { survivors, vmsToStart } from './bruteForce.ts';

/**
 * Pacemaker's own placement of the same case: `crm_simulate` (Debian package pacemaker-cli-utils) on a cluster whose
 * nodes have what is left up to the thresholds as utilization, and whose resources are the VMs, by priority.
 */

export type Strategy = 'balanced' | 'utilization';

export interface CrmCase {
  input: PlanInput;
  strategy: Strategy;
}

const MB = 1024 ** 2;

export const hasCrmSimulate = (): boolean => spawnSync('crm_simulate', ['--version']).status === 0;

const attributes = (id: string, memory: number, cpu: number): string =>
  `<utilization id="${id}-u"><nvpair id="${id}-m" name="memory" value="${memory}"/>` +
  `<nvpair id="${id}-c" name="cpu" value="${cpu}"/></utilization>`;

const option = (name: string, value: string): string =>
  `<nvpair id="o-${name}" name="${name}" value="${value}"/>`;

/** Only what Pacemaker can be told: sizes, priorities, allowed hosts. Memory in MB, CPU in percent of one core. */
function cib({ input, strategy }: CrmCase, prefix: string): string {
  const hosts = survivors(input);
  const vms = vmsToStart(input);
  const { cluster } = input.policy.thresholds;
  const nodes = hosts.map((host, index) => {
    const memory = (host.memoryFree - cluster.minFreeMemory) / MB;
    const cpu = host.cores * (cluster.maxCpuPercent - host.cpuPercent);
    return `<node id="${index + 1}" uname="${host.name}">${attributes(host.name, memory, cpu)}</node>`;
  });
  const resources = vms.map((vm, index) => {
    const id = `${prefix}-${vm.uuid}`;
    return (
      `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy"><meta_attributes id="${id}-a">` +
      `<nvpair id="${id}-p" name="priority" value="${vms.length - index}"/></meta_attributes>` +
      `${attributes(id, vm.memory / MB, vm.cpuPercent ?? 0)}</primitive>`
    );
  });
  const constraints = vms.flatMap((vm) => {
    const allowed = input.policy.rules.vms[vm.uuid]?.allowedHosts;
    const banned = hosts.filter((host) => allowed !== undefined && !allowed.includes(host.name));
    const id = `${prefix}-${vm.uuid}`;
    return banned.map(
      ({ name }) => `<rsc_location id="${id}-${name}" rsc="${id}" node="${name}" score="-INFINITY"/>`,
    );
  });
  const states = hosts.map(
    (host, index) =>
      `<node_state id="${index + 1}" uname="${host.name}" in_ccm="true" crmd="online" join="member" ` +
      `expected="member"><lrm id="${index + 1}"><lrm_resources/></lrm></node_state>`,
  );
  const options = [
    option('placement-strategy', strategy),
    option('stonith-enabled', 'false'),
    option('no-quorum-policy', 'ignore'),
    option('enable-startup-probes', 'false'),
  ];
  return (
    '<cib crm_feature_set="3.16.2" validate-with="pacemaker-3.9" epoch="1" num_updates="0" admin_epoch="0">' +
    `<configuration><crm_config><cluster_property_set id="o">${options.join('')}</cluster_property_set></crm_config>` +
    `<nodes>${nodes.join('')}</nodes><resources>${resources.join('')}</resources>` +
    `<constraints>${constraints.join('')}</constraints></configuration><status>${states.join('')}</status></cib>`
  );
}

/** By case, then VM (uuid): the host Pacemaker starts it on. All cases go through one run of `crm_simulate`. */
export async function crmSimulate(cases: readonly CrmCase[]): Promise<Map<string, string>[]> {
  const folder = await mkdtemp(join(tmpdir(), 'minime-crm-simulate-'));
  try {
    await Promise.all(
      cases.map((one, index) => writeFile(join(folder, `${index}.xml`), cib(one, `c${index}`))),
    );
    const argv = ['--profile', folder, '-VVV'];
    const { stdout, stderr } = await promisify(execFile)('crm_simulate', argv, { maxBuffer: 2 ** 28 });
    const tested = stdout.match(/Testing /g)?.length ?? 0;
    if (tested !== cases.length)
      throw new Error(`crm_simulate looked at ${tested} of ${cases.length} cases: ${stderr}`);
    const placements = cases.map(() => new Map<string, string>());
    for (const [, index, uuid, host] of stderr.matchAll(/Start\s+c(\d+)-(\S+)\s+\(\s*(\S+)\s*\)/g)) {
      if (uuid !== undefined && host !== undefined) placements[Number(index)]?.set(uuid, host);
    }
    return placements;
  } finally {
    await rm(folder, { recursive: true });
  }
}
