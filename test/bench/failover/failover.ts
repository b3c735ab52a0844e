import { setTimeout as sleep } from 'node:timers/promises';
import type { FailoverRecord } from '../../../src/contract/failover.ts';
import { hostPaths } from '../../../src/contract/manifest.ts';
import { initialPolicy } from '../../../src/contract/policy.ts';
import type { Lab } from '../../lab/lab.ts';
import { inGoodOrder } from '../../support/goodOrder.ts';
import type { LabConsole } from '../../support/labConsole.ts';
import { withLabConsole } from '../../support/withLabConsole.ts';
import { quantile } from '../quantile.ts';
import { stopTakeovers, VirtualDomains } from './virtualDomains.ts';

const pairs = Number(process.env.BENCH_PAIRS ?? 5);
const vmCount = 10;
const hosts = 3;
const home = 'n1';
const survivors = ['n2', 'n3'];
const mebibyte = 1024 * 1024;

const namesOf = (prefix: string): string[] =>
  Array.from({ length: vmCount }, (_, index) => `${prefix}${String(index + 1).padStart(2, '0')}`);
const seconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;
const median = (samples: readonly number[]): number =>
  quantile(
    samples.toSorted((a, b) => a - b),
    0.5,
  );

/**
 * From the cut of a host's power until the last of its ten VMs runs elsewhere: by a takeover, and with VMs of the same kind as
 * Pacemaker resources, in turn on one lab. Both are measured from outside, by what libvirt on the survivors says of them. BENCH_PAIRS: as
 * many instead of five.
 */
export async function failoverBench(): Promise<object> {
  return await withLabConsole({ name: 'bfail', hosts }, async (console_, lab) => {
    await console_.deploy();
    const rounds = new Rounds(console_, lab);
    await rounds.prepare();
    const totals: {
      vmcl: number;
      virtualDomain: number;
      bare: number;
      record: FailoverRecord;
      killed: number;
    }[] = [];
    for (let pair = 1; pair <= pairs; pair++) {
      const { total, ...told } = await rounds.vmcl();
      const virtualDomain = await rounds.virtualDomain();
      totals.push({ vmcl: total, virtualDomain, ...told });
      console.error(`pair ${pair}: takeover ${seconds(total)} s, VirtualDomain ${seconds(virtualDomain)} s`);
    }
    const medianOf = (pick: (one: (typeof totals)[number]) => number): number =>
      seconds(median(totals.map(pick)));
    return {
      bench: 'failover',
      vms: vmCount,
      pairs,
      vmcl_s: medianOf(({ vmcl }) => vmcl),
      virtualdomain_s: medianOf(({ virtualDomain }) => virtualDomain),
      ratio: Math.round(median(totals.map(({ vmcl, virtualDomain }) => vmcl / virtualDomain)) * 100) / 100,
      detection_s: medianOf(({ record, killed }) => stepOf(record, 'detected') - killed),
      fencing_s: medianOf(({ record }) => stepOf(record, 'fenced') - stepOf(record, 'detected')),
      overhead_s: medianOf(({ record, killed, vmcl }) => killed + vmcl - stepOf(record, 'fenced')),
      // What the overhead consists of.
      mounting_s: medianOf(({ record }) => stepOf(record, 'mounted') - stepOf(record, 'fenced')),
      beginning_s: medianOf(({ record }) => stepOf(record, 'begun') - stepOf(record, 'mounted')),
      planning_s: medianOf(({ record }) => stepOf(record, 'planned') - stepOf(record, 'begun')),
      starting_s: medianOf(({ record, killed, vmcl }) => killed + vmcl - stepOf(record, 'planned')),
      // What no takeover can be below on these hosts.
      bare_starts_s: medianOf(({ bare }) => bare),
    };
  });
}

function stepOf({ times }: FailoverRecord, step: keyof FailoverRecord['times']): number {
  const at = times[step];
  if (at === undefined) throw new Error(`The record does not tell when it was ${step}.`);
  return at;
}

class Rounds {
  readonly #console: LabConsole;
  readonly #lab: Lab;
  readonly #ours = namesOf('ours');
  readonly #theirs: VirtualDomains;
  /** Definitions with UUIDs, by name: a VM that comes home is the one that left. */
  readonly #definitions = new Map<string, string>();

  constructor(console_: LabConsole, lab: Lab) {
    this.#console = console_;
    this.#lab = lab;
    this.#theirs = new VirtualDomains(lab, home, namesOf('theirs'));
  }

  /** VMs are defined but off, and thresholds keep none of them down: the lab's hosts are busy with each other. */
  async prepare(): Promise<void> {
    for (const name of this.#ours) {
      await this.#lab.addVm(home, { name });
      this.#definitions.set(name, await this.#lab.exec(home, ['virsh', 'dumpxml', '--inactive', name]));
    }
    await this.#theirs.prepare();
    await this.#untilQuiet();
    const { hosts: views } = await this.#console.snapshot();
    const revision = Math.max(0, ...views.map(({ sections }) => sections.policy?.policy?.revision ?? 0));
    const thresholds = {
      cluster: { minFreeMemory: 64 * mebibyte, maxCpuPercent: 100 },
      hosts: {},
      overCpu: 'start' as const,
    };
    await this.#console.call('policy.set', {
      clusterId: await this.#clusterId(),
      policy: { ...initialPolicy, revision, thresholds },
    });
  }

  async vmcl(): Promise<{ total: number; bare: number; record: FailoverRecord; killed: number }> {
    for (const name of this.#ours) {
      await this.#lab.run(home, ['virsh', '--quiet', 'define', '/dev/stdin'], {
        stdin: this.#definitions.get(name) ?? '',
      });
      await this.#lab.startVm(home, name);
    }
    await this.#untilSaved();
    const { killed, total } = await this.#killAndWait(this.#ours);
    const record = await this.#recordSince(killed);
    // Until they are handed over the host would start them again when it comes back.
    await this.#untilHandedOver();
    const landed = await Promise.all(
      survivors.map(async (host) => ({
        host,
        names: (await this.#lab.guests.list(host, 'all')).filter((name) => this.#ours.includes(name)),
      })),
    );
    const bare = await this.#bareStarts(landed);
    for (const { host, names } of landed) {
      for (const name of names) {
        await this.#lab.stopVm(host, name);
        await this.#lab.guests.remove(host, name);
      }
    }
    await this.#lab.boot(home);
    await this.#untilQuiet();
    return { total, bare, record, killed };
  }

  /** The same VMs once more where the takeover started them, as many at a time, by nothing but `virsh start`. Milliseconds. */
  async #bareStarts(landed: readonly { host: string; names: readonly string[] }[]): Promise<number> {
    for (const { host, names } of landed) for (const name of names) await this.#lab.stopVm(host, name);
    await sleep(30_000);
    const atATime = String(initialPolicy.takeover.startsPerHost);
    const began = Date.now();
    const running = this.#untilRunning(this.#ours, survivors);
    await Promise.all(
      landed.map(({ host, names }) =>
        this.#lab.exec(host, ['xargs', '-P', atATime, '-n', '1', 'virsh', '--quiet', 'start'], {
          stdin: names.join('\n'),
        }),
      ),
    );
    return (await running) - began;
  }

  async virtualDomain(): Promise<number> {
    await stopTakeovers(this.#lab, home, true);
    await this.#theirs.add();
    await this.#untilRunning(this.#theirs.names, [home]);
    const { total } = await this.#killAndWait(this.#theirs.names);
    await this.#theirs.remove(survivors);
    await this.#lab.boot(home);
    // Only now: with the agents at work the host's own would have been taken over as well.
    await stopTakeovers(this.#lab, survivors[0] ?? home, false);
    await this.#untilQuiet();
    return total;
  }

  async #killAndWait(names: readonly string[]): Promise<{ killed: number; total: number }> {
    // Guests have booted, and hosts are done with what the last change made them do.
    await sleep(30_000);
    const killed = Date.now();
    await this.#lab.kill(home);
    return { killed, total: (await this.#untilRunning(names, survivors)) - killed };
  }

  /** Answers with the time at which all were seen to run. */
  async #untilRunning(names: readonly string[], on: readonly string[]): Promise<number> {
    const end = Date.now() + 600_000;
    for (;;) {
      const running = await Promise.all(on.map((host) => this.#running(host)));
      const now = Date.now();
      if (names.every((name) => running.some((there) => there.includes(name)))) return now;
      if (now > end) throw new Error(`Of ${names.join(', ')} only ${running.flat().join(', ')} run.`);
      await sleep(300);
    }
  }

  /** libvirt's own word, without asking it: the status files of its running domains. */
  async #running(host: string): Promise<string[]> {
    const argv = ['sh', '-c', `grep -ls "<domstatus state='running'" /run/libvirt/qemu/*.xml`];
    const { stdout } = await this.#lab.run(host, argv);
    return stdout.split('\n').map((path) => path.replace(/^.*\/|\.xml$/g, ''));
  }

  /** As a takeover needs it: every definition, and that it runs, are on the quorum disk. */
  async #untilSaved(): Promise<void> {
    const uuids = [...this.#definitions.values()].map((xml) => /<uuid>(.*)<\/uuid>/.exec(xml)?.[1] ?? '');
    const folder = `${hostPaths.quorumDisks}/${home}`;
    const argv = ['sh', '-c', `cat "$1/running.json"; ls "$1/definitions"`, 'sh', folder];
    const end = Date.now() + 300_000;
    while (Date.now() < end) {
      const text = await this.#lab.exec(home, argv);
      if (uuids.every((uuid) => text.split(uuid).length > 2)) return;
      await sleep(2000);
    }
    throw new Error('The VMs were not saved.');
  }

  /** Nothing of them is left on the quorum disk of the host that they ran on. */
  async #untilHandedOver(): Promise<void> {
    const left = ['sh', '-c', 'ls "$1"', 'sh', `${hostPaths.quorumDisks}/${home}/definitions`];
    const end = Date.now() + 300_000;
    while (Date.now() < end) {
      const asked = await Promise.all(survivors.map((host) => this.#lab.run(host, left)));
      const mounted = asked.filter(({ exitCode }) => exitCode === 0);
      if (mounted.length > 0 && mounted.every(({ stdout }) => !stdout.includes('.json'))) return;
      await sleep(2000);
    }
    throw new Error('The VMs were not handed over.');
  }

  async #recordSince(killed: number): Promise<FailoverRecord> {
    let id = '';
    await this.#console.until(
      'the record of the takeover has ended',
      ({ hosts: views }) => {
        const found = views
          .flatMap(({ sections }) => sections.history?.failovers ?? [])
          .find(({ kind, begun, ended }) => kind === 'takeover' && begun >= killed && ended !== undefined);
        id = found?.id ?? '';
        return found !== undefined;
      },
      300_000,
    );
    return (await this.#console.call('history.get', { clusterId: await this.#clusterId(), id })).record;
  }

  async #untilQuiet(): Promise<void> {
    await this.#console.until(
      'all hosts are in good order',
      (snapshot) => inGoodOrder(snapshot, hosts),
      400_000,
    );
  }

  async #clusterId(): Promise<string> {
    const { hosts: views } = await this.#console.snapshot();
    const id = views.find(({ sections }) => sections.cluster?.quorate)?.sections.cluster?.id;
    if (id === undefined) throw new Error('No host is in a cluster.');
    return id;
  }
}
