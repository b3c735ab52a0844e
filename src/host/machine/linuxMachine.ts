import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname, release } from 'node:os';
import { z } from 'zod';
import { MinimeError } from '../../contract/errors.ts';
import type { CpuTicks, Machine, MachineIdentity, Mount } from '../ports/machine.ts';
import type { Runner } from '../ports/runner.ts';
import { parseMeminfo, parseMountinfo, parseOsRelease, parseStat, startTicks } from './proc.ts';

const ticksPerSecond = 100;

/**
 * Synchronously, since these files come from memory; and since the asynchronous readFile of Node 18 takes the end of a
 * page for the end of such a file.
 */
const readProc = (name: string): string => readFileSync(`/proc/${name}`, 'utf8');

const pingTimeoutMs = 5000;

const addressesSchema = z.array(
  z.object({
    ifname: z.string(),
    addr_info: z.array(z.object({ local: z.string(), prefixlen: z.number().int() })).default([]),
  }),
);

const linksSchema = z.array(
  z.object({
    ifname: z.string(),
    link_type: z.string().optional(),
    linkinfo: z.object({ info_kind: z.string().optional() }).optional(),
  }),
);

export class LinuxMachine implements Machine {
  readonly #runner: Runner;

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  async identity(): Promise<MachineIdentity> {
    const [machineId, osRelease] = await Promise.all([
      readFile('/etc/machine-id', 'utf8'),
      readFile('/etc/os-release', 'utf8'),
    ]);
    const stat = readProc('stat');
    const init = readProc('1/stat');
    // In a container the kernel booted long before the host did: its init tells.
    const kernelBoot = Number(/^btime (\d+)$/m.exec(stat)?.[1] ?? 0);
    return {
      hostname: hostname(),
      machineId: machineId.trim(),
      distribution: parseOsRelease(osRelease),
      kernel: release(),
      bootedAt: (kernelBoot + Math.floor(startTicks(init) / ticksPerSecond)) * 1000,
      bootId: `${readProc('sys/kernel/random/boot_id').trim()}-${startTicks(init)}`,
    };
  }

  async cpu(): Promise<CpuTicks & { cores: number }> {
    return parseStat(readProc('stat'));
  }

  async memory(): Promise<{ total: number; free: number }> {
    return parseMeminfo(readProc('meminfo'));
  }

  async mounts(): Promise<Mount[]> {
    return parseMountinfo(readProc('self/mountinfo'));
  }

  async addresses(): Promise<{ card: string; address: string; prefixLength: number }[]> {
    const output = await this.#runner.must(['ip', '-json', 'address', 'show']);
    return addressesSchema
      .parse(JSON.parse(output))
      .flatMap(({ ifname, addr_info }) =>
        addr_info.map(({ local, prefixlen }) => ({ card: ifname, address: local, prefixLength: prefixlen })),
      );
  }

  async answersAt(address: string): Promise<boolean> {
    const argv = ['ping', '-n', '-q', '-c', '2', '-i', '0.3', '-W', '1', address];
    const result = await this.#runner.run(argv, { timeoutMs: pingTimeoutMs }).catch(() => undefined);
    return result?.code === 0;
  }

  async networkCards(): Promise<{ bridges: string[]; cards: string[] }> {
    const output = await this.#runner.must(['ip', '-json', '-details', 'link', 'show']);
    const links = linksSchema.parse(JSON.parse(output)).map((link) => ({
      name: link.ifname,
      kind: link.linkinfo?.info_kind ?? '',
      type: link.link_type ?? '',
    }));
    const bridgeKinds = ['bridge', 'openvswitch'];
    // Ends of cables to VMs come and go with these.
    const toVms = ['tun', 'macvtap', 'veth'];
    return {
      bridges: links.filter(({ kind }) => bridgeKinds.includes(kind)).map(({ name }) => name),
      cards: links
        .filter(({ kind, type }) => ![...bridgeKinds, ...toVms].includes(kind) && type !== 'loopback')
        .map(({ name }) => name),
    };
  }

  async clockSynchronised(): Promise<boolean | undefined> {
    try {
      const answer = await this.#runner.run(['timedatectl', 'show', '--property=NTPSynchronized', '--value']);
      return answer.code === 0 ? answer.stdout.trim() === 'yes' : undefined;
    } catch (error) {
      if (error instanceof MinimeError) return undefined;
      throw error;
    }
  }
}
