import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Snapshot } from '../../../src/contract/consoleApi.ts';
import type { FailoverRecord, FailoverVm } from '../../../src/contract/failover.ts';
import { inGoodOrder } from '../../support/goodOrder.ts';
import { LabConsole } from '../../support/labConsole.ts';
import type { GuestRecord } from '../guests.ts';
import { Lab } from '../lab.ts';
import { type PolicyChange, policyOf } from './policy.ts';
import { homes, type VmName, vmNames } from './vms.ts';

/** With `MINIME_LAB_FULL=1` every disaster, which takes longer than a test run may. */
export const isFull = process.env.MINIME_LAB_FULL === '1';
const hostCount = z.coerce
  .number()
  .int()
  .min(3)
  .max(8)
  .parse(process.env.MINIME_LAB_HOSTS ?? 3);
export const hostNames = Array.from({ length: hostCount }, (_, index) => `n${index + 1}`);
/** Two of them can be lost. */
export const hasFive = hostCount >= 5;

const qemu = '/usr/bin/qemu-system-x86_64';

/** Real hosts with a cluster and VMs, watched by a console; and what must be true of them after every disaster. */
export class Site {
  readonly lab: Lab;
  readonly console: LabConsole;
  readonly clusterId: string;
  readonly #uuids: ReadonlyMap<VmName, string>;
  /** VMs that should run right now. */
  readonly wanted = new Set<VmName>(vmNames);
  /** Unix milliseconds: what the present test looks at is younger. */
  since = 0;

  private constructor(lab: Lab, console_: LabConsole, clusterId: string, uuids: Map<VmName, string>) {
    this.lab = lab;
    this.console = console_;
    this.clusterId = clusterId;
    this.#uuids = uuids;
  }

  /** `MINIME_LAB_KEEP=1` goes on with the hosts of the last run, for whoever works on these tests. */
  static async open(): Promise<Site> {
    execFileSync(process.execPath, ['scripts/build.mjs', '--quiet'], { stdio: 'inherit' });
    const wanted = { name: 'takeover', hosts: hostNames.length };
    const lab = await (process.env.MINIME_LAB_KEEP === '1' ? Lab.up(wanted) : Lab.fresh(wanted));
    const console_ = await LabConsole.open(lab);
    await console_.addHosts();
    await console_.deploy();
    const clusterId = await clusterOf(console_);
    const uuids = new Map<VmName, string>();
    const define = async (host: string, names: readonly VmName[]): Promise<void> => {
      const known = await lab.guests.list(host, 'all');
      for (const vm of names) {
        if (!known.includes(vm)) {
          await lab.addVm(host, { name: vm });
          await lab.startVm(host, vm);
        }
        uuids.set(vm, (await lab.exec(host, ['virsh', 'domuuid', vm])).trim());
      }
    };
    await Promise.all(Object.entries(homes).map(([host, names]) => define(host, names)));
    return new Site(lab, console_, clusterId, uuids);
  }

  async close(): Promise<void> {
    await this.console.close();
    if (process.env.MINIME_LAB_KEEP !== '1') await this.lab.down();
  }

  uuid(vm: VmName): string {
    const uuid = this.#uuids.get(vm);
    if (uuid === undefined) throw new Error(`${vm} was defined`);
    return uuid;
  }

  /** From here on a new test looks at records. Clocks of lab hosts are this machine's. */
  begin(): void {
    this.since = Date.now();
  }

  async setPolicy(change: PolicyChange = {}): Promise<void> {
    const { hosts } = await this.console.snapshot();
    const revision = Math.max(0, ...hosts.map(({ sections }) => sections.policy?.policy?.revision ?? 0));
    const policy = policyOf(change, { revision, uuid: (vm) => this.uuid(vm) });
    await this.console.call('policy.set', { clusterId: this.clusterId, policy });
  }

  async until(what: string, holds: (snapshot: Snapshot) => boolean, timeoutS = 240): Promise<void> {
    await this.console.until(what, holds, timeoutS * 1000);
  }

  /** Waits until `holds`, which is asked every half second. Where the console does not tell. */
  async untilAsked(what: string, holds: () => Promise<boolean>, timeoutS = 240): Promise<void> {
    const end = Date.now() + timeoutS * 1000;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error(`Waited ${timeoutS} s in vain until ${what}.`);
      await sleep(500);
    }
  }

  /** The whole record of the failover of these hosts that began in this test, as soon as it has ended. */
  async ended(
    kind: FailoverRecord['kind'],
    failed: readonly string[],
    timeoutS = 300,
  ): Promise<FailoverRecord> {
    let id: string | undefined;
    await this.until(
      `the ${kind} of ${failed.join(' and ')} has ended`,
      ({ hosts }) => {
        const found = hosts
          .flatMap(({ sections }) => sections.history?.failovers ?? [])
          .find(
            (one) =>
              one.kind === kind &&
              one.begun >= this.since &&
              one.ended !== undefined &&
              failed.every((host) => one.failed.includes(host)),
          );
        id = found?.id;
        return found !== undefined;
      },
      timeoutS,
    );
    if (id === undefined) throw new Error('until() has seen it');
    return (await this.console.call('history.get', { clusterId: this.clusterId, id })).record;
  }

  async untilVirtualIp(name: string, ...hosts: string[]): Promise<void> {
    await this.until(`the virtual IP ${name} is on ${hosts.join(' or ')}`, (snapshot) =>
      snapshot.hosts.some(
        ({ connection, sections }) =>
          connection.state === 'online' &&
          sections.cluster?.quorate === true &&
          sections.cluster.virtualIps?.some(
            (each) => each.name === name && each.on !== null && hosts.includes(each.on),
          ) === true,
      ),
    );
  }

  vmIn(record: FailoverRecord, vm: VmName): FailoverVm {
    const found = record.vms.find(({ uuid }) => uuid === this.uuid(vm));
    if (found === undefined) throw new Error(`the record does not tell of ${vm}`);
    return found;
  }

  /** Hosts that run it, asked one by one. */
  async hostsOf(vm: VmName): Promise<string[]> {
    const asked = await Promise.all(
      hostNames.map(async (host) => {
        const { exitCode, stdout } = await this.lab
          .run(host, ['pgrep', '--full', '--count', `guest=${vm},`])
          .catch(() => ({ exitCode: 1, stdout: '' }));
        return exitCode === 0 && stdout.trim() !== '0' ? [host] : [];
      }),
    );
    return asked.flat();
  }

  /** Every VM that should run does exactly once, by its processes on the hosts and by what it writes to its disk. */
  async expectExactlyOnce(): Promise<Record<string, string>> {
    const where = new Map<string, string[]>();
    const looksRight = async (): Promise<boolean> => {
      for (const vm of vmNames) where.set(vm, await this.hostsOf(vm));
      return vmNames.every((vm) => where.get(vm)?.length === (this.wanted.has(vm) ? 1 : 0));
    };
    await this.untilAsked('every VM runs once', looksRight, 120).catch((error: unknown) => {
      throw new Error(`${String(error)} ${JSON.stringify([...where])}`);
    });
    await Promise.all([...this.wanted].map((vm) => this.#expectCounting(vm)));
    return Object.fromEntries([...where].flatMap(([vm, [host]]) => (host === undefined ? [] : [[vm, host]])));
  }

  /** It writes on; and nobody else has written to its disk since its first boot: no tick twice, none left out, no boot in another. */
  async #expectCounting(vm: VmName): Promise<void> {
    const before = (await this.lab.guests.records(vm)).at(-1)?.tick ?? 0;
    let records: GuestRecord[] = [];
    await this.untilAsked(
      `${vm} writes`,
      async () => {
        records = await this.lab.guests.records(vm);
        return (records.at(-1)?.tick ?? 0) > before;
      },
      120,
    );
    assert.deepEqual(
      records.map(({ tick }) => tick),
      records.map((_, index) => index + 1),
      vm,
    );
    const boots = records.map(({ boot }) => boot).filter((boot, index, all) => boot !== all[index - 1]);
    assert.equal(new Set(boots).size, boots.length, `${vm} was interrupted by itself`);
  }

  /** All hosts are up with what is theirs, and nothing goes on. */
  async untilQuiet(timeoutS = 400): Promise<void> {
    await this.until(
      'all hosts are in good order',
      (snapshot) => inGoodOrder(snapshot, hostNames.length),
      timeoutS,
    );
  }

  /** Moved VMs that `host` knows of, by name. */
  async movedAway(host: string): Promise<Record<string, string>> {
    const { sections } = await this.console.view(host);
    return Object.fromEntries((sections.takeover?.movedAway ?? []).map(({ name, to }) => [name, to]));
  }

  /**
   * Brings all moved VMs home, live. Minime moves none to a host whose CPU is busy, as one is that has just started: then it is asked
   * again.
   */
  async failBack(): Promise<void> {
    await this.untilAsked(
      'all moved VMs are home',
      async () => {
        const { hosts } = await this.console.snapshot();
        const away = hosts.flatMap(({ sections: { system, takeover } }) => {
          const uuids = (takeover?.movedAway ?? []).map(({ uuid }) => uuid);
          return uuids.length === 0 || system === undefined ? [] : [{ node: system.nodeName, uuids }];
        });
        for (const { node, uuids } of away) {
          const from = Date.now();
          await this.console.call('failback.start', { clusterId: this.clusterId, node, uuids });
          await this.until(
            'the moves have ended',
            (now) => {
              const moves = now.hosts.flatMap(({ sections }) => sections.takeover?.moves ?? []);
              const begun = moves.filter(({ startedAt }) => startedAt >= from);
              return begun.length > 0 && begun.every(({ endedAt }) => endedAt !== undefined);
            },
            600,
          );
          await sleep(5000);
        }
        return away.length === 0;
      },
      600,
    );
  }

  /**
   * Has QEMU fail, or say nothing, when a VM is started on a host. Answers with what undoes it. The hypervisor finds a script where QEMU
   * was, which hands all other VMs on to it.
   */
  async hinder(host: string, vm: VmName, how: 'fail' | 'hang'): Promise<() => Promise<void>> {
    // libvirt tells what QEMU said only if it has connected to it before it ended.
    const act = how === 'fail' ? `echo "${vm} is not to start here" >&2; sleep 1; exit 1` : 'exec sleep 600';
    const script = `#!/bin/sh\ncase "$*" in *guest=${vm},*) ${act} ;; esac\nexec ${qemu}.real "$@"\n`;
    const put = `cp --no-clobber ${qemu} ${qemu}.real && cat >/run/qemu && chmod 755 /run/qemu && mount --bind /run/qemu ${qemu}`;
    await this.lab.exec(host, ['sh', '-c', put], { stdin: script });
    return async () => {
      await this.lab.run(host, ['umount', qemu]).catch(() => undefined);
    };
  }

  /** What the hosts' programs said since the test began, for a failure that needs an explanation. */
  async log(): Promise<string> {
    const since = `@${Math.floor(this.since / 1000)}`;
    const units = ['minime-*', 'pacemaker', 'corosync', 'sbd'].map((unit) => `--unit=${unit}`);
    const argv = ['journalctl', '--no-pager', '--output=short-precise', `--since=${since}`, ...units];
    const texts = await Promise.all(
      hostNames.map(async (host) => {
        const { stdout } = await this.lab.run(host, argv).catch(() => ({ stdout: 'off' }));
        return `== ${host}\n${stdout.split('\n').slice(-200).join('\n')}`;
      }),
    );
    return texts.join('\n');
  }
}

async function clusterOf(console_: LabConsole): Promise<string> {
  let id: string | undefined;
  await console_.until('the cluster is seen', ({ hosts }) => {
    id = hosts.find(({ sections }) => sections.cluster?.quorate)?.sections.cluster?.id;
    return id !== undefined;
  });
  if (id === undefined) throw new Error('until() has seen it');
  return id;
}
