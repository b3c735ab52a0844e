import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { MinimeError } from '../../contract/errors.ts';
import type { VmContent } from '../ports/hypervisor.ts';
import type { Runner, RunResult } from '../ports/runner.ts';
import { toolFailed } from '../runner/childRunner.ts';
import { parseDomain } from './domainXml.ts';
import { domainFailure } from './failures.ts';
import { isLocalNvram, removeTpm, writeNvram, writeTpm } from './stateFiles.ts';
import { swtpmOwner } from './swtpmOwner.ts';
import type { Virsh } from './virsh.ts';

/** Longer than anybody waits for a start: whoever starts a VM says by a signal when it is given up. */
const startTimeoutMs = 2 * 3600_000;
const agentTimeoutS = 3;

/** Making VMs known to libvirt, and starting them. */
export class Lifecycle {
  readonly #runner: Runner;
  readonly #virsh: Virsh;
  readonly #runFolder: string;

  /** `runFolder`: on memory, for what must not stay. */
  constructor(runner: Runner, virsh: Virsh, runFolder: string) {
    this.#runner = runner;
    this.#virsh = virsh;
    this.#runFolder = runFolder;
  }

  async define(uuid: string, content: VmContent): Promise<void> {
    const domain = parseDomain(content.xml);
    if (domain.uuid !== uuid) throw otherUuid(uuid, domain.uuid);
    const known = await this.#virsh.list(['--all']);
    for (const [other, name] of known) {
      if (name === domain.name && other !== uuid) throw nameTaken(name, other);
    }
    if (known.has(uuid)) {
      await this.#mustNotRun(uuid, 'defined anew');
      // libvirt gives a VM no other name by defining it.
      if (known.get(uuid) !== domain.name) await this.undefine(uuid);
    }
    if (domain.nvramPath !== undefined) await writeNvram(domain.nvramPath, content.nvram);
    if (domain.tpm === 'emulated') await writeTpm(uuid, content.tpm, await swtpmOwner(this.#runner));
    await this.#defineXml(uuid, content.xml);
    // What may lie here of its memory is older than its disks.
    await this.#virsh.run(['managedsave-remove', uuid]);
    await this.setAutostart(uuid, false);
  }

  async undefine(uuid: string): Promise<void> {
    if (!(await this.#virsh.list(['--all'])).has(uuid)) return;
    await this.#mustNotRun(uuid, 'forgotten');
    const [xml = ''] = (await this.#virsh.inactiveXml([uuid])).values();
    const { nvramPath, tpm } = parseDomain(xml);
    // Without the second of these libvirt refuses to forget a VM that has NVRAM.
    const nvram = nvramPath !== undefined && isLocalNvram(nvramPath) ? '--nvram' : '--keep-nvram';
    const leavings = ['--managed-save', '--snapshots-metadata', '--checkpoints-metadata'];
    await this.#virsh.run(['undefine', uuid, ...leavings, nvram], 30_000);
    if (tpm === 'emulated') await removeTpm(uuid);
  }

  async start(uuid: string, signal?: AbortSignal): Promise<void> {
    const argv = this.#virsh.argv(['start', z.uuid().parse(uuid)]);
    const options = { timeoutMs: startTimeoutMs, ...(signal === undefined ? {} : { signal }) };
    const result = await this.#runner.run(argv, options);
    if (result.code === 0 || (await this.#runsAlready(uuid, result))) return;
    throw domainFailure(argv, result);
  }

  async shutdown(uuid: string): Promise<void> {
    await this.#must(['shutdown', z.uuid().parse(uuid)]);
  }

  async setAutostart(uuid: string, on: boolean): Promise<void> {
    await this.#must(['autostart', z.uuid().parse(uuid), ...(on ? [] : ['--disable'])]);
  }

  async agentAnswers(uuid: string): Promise<boolean | null> {
    const ping = ['qemu-agent-command', z.uuid().parse(uuid), '{"execute":"guest-ping"}'];
    const argv = this.#virsh.argv([...ping, '--timeout', String(agentTimeoutS)]);
    const result = await this.#runner.run(argv, { timeoutMs: (agentTimeoutS + 7) * 1000 });
    if (result.code === 0) return true;
    if (result.stderr.includes('QEMU guest agent is not configured')) return null;
    this.#virsh.mustBeReachable(result);
    return false;
  }

  async isActive(uuid: string): Promise<boolean> {
    return (await this.#virsh.list([])).has(uuid);
  }

  /** Its XML holds passwords: it is seen by nobody else, and does not stay. libvirt reads it from a file only. */
  async #defineXml(uuid: string, xml: string): Promise<void> {
    await mkdir(this.#runFolder, { recursive: true, mode: 0o755 });
    const path = join(this.#runFolder, `define-${uuid}-${process.pid}.xml`);
    const file = await open(path, 'w', 0o600);
    try {
      await file.writeFile(xml);
      await file.close();
      const argv = this.#virsh.argv(['define', path]);
      const result = await this.#runner.run(argv, { timeoutMs: 30_000 });
      if (result.code !== 0) throw this.#definingFailed(argv, result);
    } finally {
      await rm(path, { force: true });
    }
  }

  #definingFailed(argv: readonly string[], result: RunResult): MinimeError {
    this.#virsh.mustBeReachable(result);
    const failure = domainFailure(argv, result);
    return new MinimeError({ ...failure.info, kind: 'invalid-input' });
  }

  async #mustNotRun(uuid: string, what: string): Promise<void> {
    if (!(await this.isActive(uuid))) return;
    throw new MinimeError({
      kind: 'conflict',
      message: `The VM ${uuid} runs on this host and cannot be ${what}.`,
    });
  }

  async #runsAlready(uuid: string, result: RunResult): Promise<boolean> {
    this.#virsh.mustBeReachable(result);
    return await this.isActive(uuid);
  }

  async #must(args: readonly string[]): Promise<void> {
    const argv = this.#virsh.argv(args);
    const result = await this.#runner.run(argv);
    if (result.code === 0) return;
    this.#virsh.mustBeReachable(result);
    throw toolFailed(argv, result);
  }
}

const otherUuid = (wanted: string, found: string): MinimeError =>
  new MinimeError({
    kind: 'invalid-input',
    message: `The definition is that of another VM: ${found} instead of ${wanted}.`,
  });

const nameTaken = (name: string, uuid: string): MinimeError =>
  new MinimeError({
    kind: 'conflict',
    message: `There is another VM named ${name} on this host.`,
    cause: `It has the uuid ${uuid}.`,
    remedy: 'Rename one of the two.',
  });
