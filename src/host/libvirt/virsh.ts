import { z } from 'zod';
import { MinimeError } from '../../contract/errors.ts';
import type { VmState } from '../../contract/hostState.ts';
import type { Runner, RunResult } from '../ports/runner.ts';
import { toolFailed } from '../runner/childRunner.ts';
import { parseDomain } from './domainXml.ts';

const uuidLine = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\s?(.*)$/;

const separator = '===';

/** The virsh commands in use. Domains are always named by uuid: names may hold anything but a slash and a newline. */
export class Virsh {
  readonly #runner: Runner;

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  argv(args: readonly string[]): string[] {
    return ['virsh', '--connect', 'qemu:///system', ...args];
  }

  async run(args: readonly string[], timeoutMs = 10_000): Promise<string> {
    const argv = this.argv(args);
    const result = await this.#runner.run(argv, { timeoutMs });
    if (result.code === 0) return result.stdout;
    this.mustBeReachable(result);
    throw toolFailed(argv, result);
  }

  /** What several commands print, each apart, in one process: starting one costs more than what it asks. */
  async runTogether(commands: readonly string[]): Promise<string[]> {
    const output = await this.run([commands.join(`; echo ${separator}; `)]);
    const parts = output.split(new RegExp(`^${separator}$`, 'm'));
    const last = commands.length - 1;
    return [...parts.slice(0, last), parts.slice(last).join('')];
  }

  isUnreachable(result: RunResult): boolean {
    return result.code !== 0 && isUnreachable(result.stderr);
  }

  /** Throws `unreachable` if that is why virsh failed. */
  mustBeReachable(result: RunResult): void {
    if (this.isUnreachable(result)) throw unreachable(result.stderr);
  }

  /** Uuids to names of those that `filter` (flags of `virsh list`) lets through. */
  async list(filter: readonly string[]): Promise<Map<string, string>> {
    return parseUuidList(await this.run(['list', '--uuid', '--name', ...filter]));
  }

  /** Inactive XML with secrets, as `virsh define` takes it on another host; a VM that vanished meanwhile is missing. */
  async inactiveXml(uuids: readonly string[]): Promise<Map<string, string>> {
    if (uuids.length === 0) return new Map();
    // One process for all: virsh takes several commands in one argument. Uuids hold nothing that it would interpret.
    const commands = uuids.map((uuid) => `dumpxml ${z.uuid().parse(uuid)} --inactive --security-info`);
    const argv = ['virsh', '--quiet', '--connect', 'qemu:///system', commands.join('; ')];
    const result = await this.#runner.run(argv, { timeoutMs: 30_000 });
    this.mustBeReachable(result);
    const documents = splitDomains(result.stdout);
    return new Map(documents.map((xml) => [parseDomain(xml).uuid, xml]));
  }
}

export function parseUuidList(output: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [, uuid, name] = uuidLine.exec(line) ?? [];
    if (uuid !== undefined && name !== undefined) found.set(uuid, name.trimEnd());
  }
  return found;
}

/** A name inside the XML is escaped, so the closing tag on a line of its own ends a document. */
export function splitDomains(output: string): string[] {
  return output
    .split(/(?<=^<\/domain>)\n+/m)
    .map((document) => document.trim())
    .filter((document) => document.startsWith('<domain'))
    .map((document) => `${document}\n`);
}

/** Error texts of virsh when no daemon answers: libvirtd or virtqemud, socket missing, closed or refusing. */
const unreachableTexts = [
  'failed to connect to the hypervisor',
  'Failed to connect socket',
  'client socket is closed',
  'Cannot recv data',
  'end of file while reading data',
];

export const isUnreachable = (stderr: string): boolean =>
  unreachableTexts.some((known) => stderr.includes(known));

export const unreachable = (stderr: string): MinimeError =>
  new MinimeError({
    kind: 'unreachable',
    message: 'libvirt does not answer on this host.',
    cause: stderr.trim().split('\n').at(-1) ?? 'The daemon is not running.',
    remedy: 'Start it: systemctl start libvirtd (or virtqemud). Running VMs are not affected.',
  });

/** `state.state` of virsh domstats; blocked (2) is a running VM that waits for I/O. Source: virDomainState. */
const states: readonly VmState[] = [
  'unknown',
  'running',
  'running',
  'paused',
  'shutting-down',
  'shut-off',
  'crashed',
  'suspended',
];

/** Of a paused domain (virDomainPausedReason): a migration, and the start of a process; both also while it is received. */
const reasonsWhileReceived: readonly (number | undefined)[] = [2, 11];

export interface DomainStats {
  state: VmState;
  /** Paused as it is while it is received from another host; or by a move away that is just ending. */
  handedOn: boolean;
  /** From the control group, else the sum over vCPUs; absent while it does not run. */
  cpuTimeNs?: number;
  /** Bytes. */
  resident?: number;
}

/** By name: domstats knows no uuids. libvirt allows no newline in a name. */
export function parseDomstats(output: string): Map<string, DomainStats> {
  const domains = new Map<string, DomainStats>();
  let values = new Map<string, number>();
  let name: string | undefined;
  const finish = (): void => {
    if (name !== undefined) domains.set(name, statsOf(values));
  };
  for (const line of output.split('\n')) {
    const [, heading] = /^Domain: '(.*)'$/.exec(line) ?? [];
    if (heading !== undefined) {
      finish();
      name = heading;
      values = new Map();
      continue;
    }
    const [, key, value] = /^ {2}([^=]+)=(\d+)$/.exec(line) ?? [];
    if (key !== undefined) values.set(key, Number(value));
  }
  finish();
  return domains;
}

function statsOf(values: ReadonlyMap<string, number>): DomainStats {
  const state = states[values.get('state.state') ?? 0] ?? 'unknown';
  const vcpuTimes = [...values].filter(([key]) => /^vcpu\.\d+\.time$/.test(key)).map(([, value]) => value);
  const cpuTimeNs =
    values.get('cpu.time') ??
    (vcpuTimes.length === 0 ? undefined : vcpuTimes.reduce((sum, value) => sum + value, 0));
  const residentKiB = values.get('balloon.rss');
  return {
    state,
    handedOn: state === 'paused' && reasonsWhileReceived.includes(values.get('state.reason')),
    ...(cpuTimeNs === undefined ? {} : { cpuTimeNs }),
    ...(residentKiB === undefined ? {} : { resident: residentKiB * 1024 }),
  };
}
