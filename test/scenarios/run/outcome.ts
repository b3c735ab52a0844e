import { join } from 'node:path';
import type { FailoverRecord } from '../../../src/contract/failover.ts';
import type { EmbeddedCluster } from '../../../src/embedded/embeddedCluster.ts';
import { decodeDefinition } from '../../../src/host/definitions/format.ts';
import { listRecords } from '../../../src/host/history/store.ts';

/** How a cluster stands, read from outside: from its shared storage, its guests, and the local files of its hosts. */
export interface Outcome {
  vms: VmOutcome[];
  /** Of each failover the record that is furthest on, and the hosts that have one, the living ones. */
  records: { record: FailoverRecord; hosts: string[] }[];
}

export interface VmOutcome {
  name: string;
  uuid: string;
  /** Where it was in the beginning. */
  home: string;
  /** Where it runs. */
  host: string | undefined;
  runs: { host: string; from: number; to?: number }[];
  /** Homes of the quorum disks that hold a genuine definition of it. */
  definitionsOn: string[];
  /** Hosts whose hypervisor knows it. */
  definedOn: string[];
}

export async function outcomeOf(cluster: EmbeddedCluster): Promise<Outcome> {
  const vms: VmOutcome[] = [];
  for (const { name, uuid, holder, runs } of cluster.guests.all()) {
    const definitionsOn: string[] = [];
    for (const { home, folder } of cluster.disks.values()) {
      if (await isGenuine(cluster, join(folder, 'definitions', `${uuid}.json`))) definitionsOn.push(home);
    }
    const definedOn = [...cluster.hosts.values()]
      .filter(({ domains }) => domains.has(uuid))
      .map((one) => one.name);
    const home = cluster.options.description.vms.find((vm) => vm.name === name)?.host ?? '';
    vms.push({ name, uuid, home, host: holder?.boot.host, runs, definitionsOn, definedOn });
  }
  return { vms, records: await recordsOf(cluster) };
}

async function isGenuine(cluster: EmbeddedCluster, path: string): Promise<boolean> {
  try {
    const bytes = await cluster.options.files.readFile(path);
    const [host = ''] = cluster.hosts.keys();
    return decodeDefinition(bytes, cluster.clusterKeyOf(host)).state === 'good';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function recordsOf(cluster: EmbeddedCluster): Promise<Outcome['records']> {
  const found = new Map<string, { record: FailoverRecord; hosts: string[] }>();
  for (const { name, boot } of cluster.hosts.values()) {
    if (boot === undefined || boot.life.over) continue;
    const { host, life } = cluster.program(boot);
    for (const record of await listRecords(host.paths)) {
      const known = found.get(record.id);
      if (known === undefined) found.set(record.id, { record, hosts: [name] });
      else {
        known.hosts.push(name);
        if (known.record.times.ended === undefined) known.record = record;
      }
    }
    life.end();
  }
  const failed = ({ record }: { record: FailoverRecord }): string => record.failed.join(' ');
  return [...found.values()].sort(
    (a, b) => a.record.times.begun - b.record.times.begun || (failed(a) < failed(b) ? -1 : 1),
  );
}

/** The end of a scenario's log. `since`: Unix milliseconds of its beginning. */
export function outcomeText({ vms, records }: Outcome, since: number): string[] {
  const seconds = (at: number): string => ((at - since) / 1000).toFixed(1);
  const lines = ['', 'in the end:'];
  for (const { name, host, runs, definitionsOn, definedOn } of vms) {
    const started = runs
      .filter(({ from }) => from >= since)
      .map((run) => `${run.host} at ${seconds(run.from)}`);
    lines.push(
      `  ${name}: ${host === undefined ? 'is down' : `runs on ${host}`}; ` +
        `started ${started.length === 0 ? 'not again' : started.join(', ')}; ` +
        `defined on ${definedOn.join(' ') || 'no host'}, saved on ${definitionsOn.join(' ') || 'no disk'}`,
    );
  }
  for (const { record, hosts } of records) {
    if (record.times.begun < since) continue;
    const { ended } = record.times;
    lines.push(
      `record: ${record.kind} of ${record.failed.join(' ')} by ${record.owners.map((owner) => owner.host).join(', ')}, ` +
        `${seconds(record.times.begun)} to ${ended === undefined ? '...' : seconds(ended)}, on ${hosts.join(' ')}`,
    );
    for (const [host, how] of Object.entries(record.fencing)) lines.push(`  ${host}: ${how}`);
    for (const vm of record.vms) {
      const tries = vm.attempts.map(({ host, outcome, reason }) =>
        [host, outcome ?? 'under way', ...(reason === undefined ? [] : [`(${reason})`])].join(' '),
      );
      lines.push(
        `  ${vm.name}: ${vm.outcome}${vm.host === undefined ? '' : ` on ${vm.host}`}${vm.handedOver ? ', handed over' : ''}` +
          `${tries.length === 0 ? '' : `; tried ${tries.join(', ')}`}`,
        ...vm.reasons.map((reason) => `    ${reason}`),
      );
    }
    for (const { severity, title } of record.findings) lines.push(`  ${severity}: ${title}`);
  }
  return lines;
}
