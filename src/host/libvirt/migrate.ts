import { join } from 'node:path';
import { z } from 'zod';
import { MinimeError } from '../../contract/errors.ts';
import type { HostConfig } from '../../contract/manifest.ts';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { mkdir } from '../files.ts';
import type { Clock } from '../ports/clock.ts';
import type { MigrationOptions } from '../ports/hypervisor.ts';
import type { Runner, RunResult } from '../ports/runner.ts';
import { attribute, child, children, parseXml } from '../xml.ts';
import { parseJobInfo } from './jobInfo.ts';
import { isUnsafeForStorage, migrationFailure } from './migrationFailure.ts';
import { followMigration } from './migrationProgress.ts';
import { dispatchSshConfig, migrateArguments, type Reach } from './migrationRoute.ts';
import type { Virsh } from './virsh.ts';

/** Longer than any migration: it ends by itself, by being cancelled, or because nothing goes through any more. */
const migrationTimeoutMs = 24 * 3600_000;

export interface MigrationDeps {
  runner: Runner;
  virsh: Virsh;
  config: () => Promise<HostConfig | undefined>;
  clock: Clock;
  /** Where the configuration for `dispatch-ssh` is put. */
  runFolder: string;
  reach: Reach;
}

/**
 * Live migration by libvirt, `virsh` being its client ("direct"): its SSH connection to the other libvirt is made by
 * `resources/host/bin/dispatch-ssh`, and the guest's memory goes from QEMU to QEMU over the first heartbeat network that answers.
 */
export class Migration {
  readonly #deps: MigrationDeps;

  constructor(deps: MigrationDeps) {
    this.#deps = deps;
  }

  async migrate(uuid: string, target: string, options: MigrationOptions = {}): Promise<void> {
    const { virsh } = this.#deps;
    const vm = z.uuid().parse(uuid);
    options.signal?.throwIfAborted();
    const { address, port } = await this.#prepareRoute(target);
    await this.#mustBeIdle(vm);
    const argv = (unsafe: boolean): string[] =>
      virsh.argv(migrateArguments(vm, target, { address, port, unsafe }));
    let result = await this.#run(argv(false), vm, options);
    // libvirt looks at the kind of file system alone. Whether hosts cache is the one other thing that it would refuse.
    if (isUnsafeForStorage(result) && options.sharedDisks === true && (await this.#cachesAreSafe(vm))) {
      result = await this.#run(argv(true), vm, options);
    }
    if (result.code === 0) return;
    if (options.signal?.aborted === true) throw cancelled(target);
    throw migrationFailure(target, result);
  }

  async #run(argv: readonly string[], uuid: string, options: MigrationOptions): Promise<RunResult> {
    const { runner, virsh, clock } = this.#deps;
    // Not the caller's: a virsh that is killed while the VM changes hands leaves it paused.
    const kill = new AbortController();
    const migration = runner.run(argv, { timeoutMs: migrationTimeoutMs, signal: kill.signal });
    const { stalled } = await followMigration(migration, {
      clock,
      jobInfo: async () => parseJobInfo(await virsh.run(['domjobinfo', uuid, '--rawstats'])),
      abort: async () => {
        await runner.run(virsh.argv(['domjobabort', uuid]), { timeoutMs: 10_000 });
      },
      kill: () => kill.abort(),
      ...options,
    });
    try {
      const result = await migration;
      if (stalled && result.code !== 0) throw nothingGoesThrough();
      return result;
    } catch (error) {
      if (kill.signal.aborted && options.signal?.aborted !== true) throw nothingGoesThrough();
      throw error;
    }
  }

  /** `address`: where memory is sent to. */
  async #prepareRoute(target: string): Promise<{ address: string; port: number }> {
    const { config, runFolder, reach } = this.#deps;
    const dispatch = (await config())?.dispatch;
    const addresses = dispatch?.hosts[target];
    if (dispatch === undefined || addresses === undefined) throw notKnown(target);
    for (const address of addresses) {
      if (!(await reach(address, dispatch.port))) continue;
      await mkdir(runFolder, { recursive: true, mode: 0o755 });
      const path = join(runFolder, 'dispatch-ssh.conf');
      // Of another move that goes on at the same time it says the same, but for an address that has failed meanwhile.
      const text = dispatchSshConfig(dispatch, { [target]: address });
      await writeAtomically(path, `${path}.${process.pid}-${target}`, Buffer.from(text));
      return { address, port: dispatch.port };
    }
    throw notReached(target, addresses);
  }

  async #mustBeIdle(uuid: string): Promise<void> {
    const { job } = parseJobInfo(await this.#deps.virsh.run(['domjobinfo', uuid, '--rawstats']));
    if (job === 'none') return;
    throw new MinimeError({
      kind: 'busy',
      message:
        job === 'migration-out'
          ? 'It is being moved already.'
          : 'libvirt is busy with the VM (a backup, say).',
      remedy: 'It can be moved when that has ended.',
    });
  }

  /** From 4.0 on QEMU forgets what the host cached of a disk when it takes it over. */
  async #cachesAreSafe(uuid: string): Promise<boolean> {
    const { virsh } = this.#deps;
    const major = /^Running hypervisor: QEMU (\d+)\./m.exec(await virsh.run(['version']))?.[1];
    if (major !== undefined && Number(major) >= 4) return true;
    return cachesAreOff(await virsh.run(['dumpxml', uuid]));
  }
}

export function cachesAreOff(xml: string): boolean {
  const disks = children(child(parseXml(xml, 'domain'), 'devices'), 'disk');
  return disks
    .filter((disk) => child(disk, 'readonly') === undefined && child(disk, 'source') !== undefined)
    .every((disk) => ['none', 'directsync'].includes(attribute(child(disk, 'driver'), 'cache')));
}

const cancelled = (target: string): MinimeError =>
  new MinimeError({ kind: 'cancelled', message: `The move to ${target} was cancelled.` });

const nothingGoesThrough = (): MinimeError =>
  new MinimeError({
    kind: 'tool-failed',
    message: 'Nothing went through to the other host any more.',
    remedy: 'Check the heartbeat network between the two hosts, and libvirt on both.',
  });

const notKnown = (target: string): MinimeError =>
  new MinimeError({
    kind: 'unsupported',
    message: `This host does not know how to reach ${target}.`,
    cause: 'The cluster was deployed by an older Minime, or it has no host of that name.',
    remedy: 'Update the host program of all hosts from the console.',
  });

const notReached = (target: string, addresses: readonly string[]): MinimeError =>
  new MinimeError({
    kind: 'unreachable',
    message: `${target} does not answer.`,
    cause: `Nobody answers at ${addresses.join(', ')}.`,
    remedy: `Look at systemctl status minime-dispatch on ${target}, and at the heartbeat networks.`,
  });
