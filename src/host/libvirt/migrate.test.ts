import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostConfig } from '../../contract/manifest.ts';
import type { Clock } from '../ports/clock.ts';
import type { Runner, RunResult } from '../ports/runner.ts';
import { parseJobInfo, percentOf } from './jobInfo.ts';
import { cachesAreOff, Migration } from './migrate.ts';
import { migrationFailure } from './migrationFailure.ts';
import { dispatchSshConfig } from './migrationRoute.ts';
import { Virsh } from './virsh.ts';

const uuid = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const idle = 'Job type: 0\n\n';
const sending = (processed: number, remaining: number): string =>
  `Job type: 2\n\noperation: 5\ntime_elapsed: 10\ndata_total: 1000\ndata_processed: ${processed}\ndata_remaining: ${remaining}\n`;
const ok = (stdout = ''): RunResult => ({ code: 0, stdout, stderr: '' });
const failed = (stderr: string): RunResult => ({ code: 1, stdout: '', stderr });
const dispatch = { port: 7790, hosts: { n1: ['10.0.1.1'], n2: ['10.0.1.2', '10.0.2.2'] } };

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-migrate-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Time that passes only while somebody sleeps. */
class Steps implements Clock {
  time = 0;
  onSleep: () => void = () => undefined;
  now = (): number => this.time;
  elapsed = (): number => this.time;
  sleep = async (ms: number): Promise<void> => {
    this.time += ms;
    await new Promise((resolve) => setImmediate(resolve));
    this.onSleep();
  };
}

/** libvirt as a script: `migrate` goes on until it is told its end. */
class ScriptedLibvirt {
  readonly clock = new Steps();
  readonly migrations: string[][] = [];
  jobs = [idle];
  aborts = 0;
  silent = new Set<string>();
  qemu = '7.2.22';
  #end: (result: RunResult) => void = () => undefined;
  readonly migration: Migration;

  constructor(private readonly onMigrate: (end: (result: RunResult) => void, argv: string[]) => void) {
    const runner: Runner = {
      run: (argv, options) => this.#run(argv.slice(3), options?.signal),
      must: async (argv) => (await this.#run(argv.slice(3))).stdout,
      follow: () => Promise.reject(new Error('not here')) as never,
    };
    this.migration = new Migration({
      runner,
      virsh: new Virsh(runner),
      config: () => Promise.resolve({ dispatch } as unknown as HostConfig),
      clock: this.clock,
      runFolder: folder,
      reach: (address) => Promise.resolve(!this.silent.has(address)),
    });
  }

  #run(args: string[], signal?: AbortSignal): Promise<RunResult> {
    switch (args[0] ?? '') {
      case 'domjobinfo':
        return Promise.resolve(ok(this.jobs.length > 1 ? this.jobs.shift() : this.jobs[0]));
      case 'domjobabort':
        this.aborts += 1;
        this.#end(failed("error: operation aborted: job 'migration out' canceled by client"));
        return Promise.resolve(ok());
      case 'version':
        return Promise.resolve(ok(`Running hypervisor: QEMU ${this.qemu}\n`));
      case 'dumpxml':
        return Promise.resolve(ok("<domain><devices><disk><source file='/a'/></disk></devices></domain>"));
      case 'migrate':
        this.migrations.push(args);
        return new Promise((resolve, reject) => {
          this.#end = resolve;
          signal?.addEventListener('abort', () => reject(new Error('killed')));
          this.onMigrate(resolve, args);
        });
      default:
        return Promise.reject(new Error(`unexpected: ${args.join(' ')}`));
    }
  }
}

describe('a live migration', () => {
  it('names host, way and addresses, and leaves the definition where it is', async () => {
    const libvirt = new ScriptedLibvirt((end) => end(ok()));
    await libvirt.migration.migrate(uuid, 'n2');
    expect(libvirt.migrations).toEqual([
      [
        ...['migrate', uuid],
        'qemu+ssh://root@n2:7790/system?command=%2Fusr%2Flib%2Fminime%2Fdispatch-ssh&proxy=native',
        ...['--live', '--persistent', '--auto-converge', '--abort-on-error'],
        ...['--migrateuri', 'tcp://10.0.1.2', '--listen-address', '10.0.1.2'],
      ],
    ]);
  });

  it('takes the second heartbeat network when the first does not answer', async () => {
    const libvirt = new ScriptedLibvirt((end) => end(ok()));
    libvirt.silent.add('10.0.1.2');
    await libvirt.migration.migrate(uuid, 'n2');
    expect(libvirt.migrations[0]).toContain('tcp://10.0.2.2');
    expect(await readFile(join(folder, 'dispatch-ssh.conf'), 'utf8')).toContain(
      'Host n2\n  HostName 10.0.2.2\n  HostKeyAlias n2\n',
    );
    libvirt.silent.add('10.0.2.2');
    await expect(libvirt.migration.migrate(uuid, 'n2')).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(libvirt.migration.migrate(uuid, 'n7')).rejects.toMatchObject({ kind: 'unsupported' });
  });

  it('tells how far it is, never backwards', async () => {
    const libvirt = new ScriptedLibvirt((end) => {
      libvirt.clock.onSleep = () => {
        if (libvirt.jobs.length === 1) end(ok());
      };
    });
    libvirt.jobs = [idle, sending(100, 900), sending(600, 400), sending(900, 600), sending(1400, 100), idle];
    const seen: number[] = [];
    await libvirt.migration.migrate(uuid, 'n2', { onProgress: (percent) => seen.push(percent) });
    expect(seen).toEqual([10, 60, 90]);
  });

  it('is cancelled by libvirt, not by killing its client', async () => {
    const abort = new AbortController();
    const libvirt = new ScriptedLibvirt(() => abort.abort());
    libvirt.jobs = [idle, sending(1, 999)];
    const moving = libvirt.migration.migrate(uuid, 'n2', { signal: abort.signal });
    await expect(moving).rejects.toMatchObject({ kind: 'cancelled' });
    expect(libvirt.aborts).toBe(1);
  });

  it('is given up when nothing goes through any more', async () => {
    const libvirt = new ScriptedLibvirt(() => undefined);
    libvirt.jobs = [idle, sending(1, 999)];
    await expect(libvirt.migration.migrate(uuid, 'n2')).rejects.toMatchObject({
      kind: 'tool-failed',
      message: 'Nothing went through to the other host any more.',
    });
    expect(libvirt.clock.time).toBeGreaterThan(60_000);
    expect(libvirt.clock.time).toBeLessThan(65_000);
  });

  it('does not begin while another one goes on', async () => {
    const libvirt = new ScriptedLibvirt(() => undefined);
    libvirt.jobs = [sending(1, 999)];
    await expect(libvirt.migration.migrate(uuid, 'n2')).rejects.toMatchObject({ kind: 'busy' });
    expect(libvirt.migrations).toEqual([]);
  });
});

describe('disks on storage that libvirt does not know as shared', () => {
  const refusal = 'error: Unsafe migration: Migration without shared storage is unsafe';
  const suspicious = (): ScriptedLibvirt =>
    new ScriptedLibvirt((end, argv) => end(argv.includes('--unsafe') ? ok() : failed(refusal)));

  it('are believed to be shared if that was proved', async () => {
    const libvirt = suspicious();
    await libvirt.migration.migrate(uuid, 'n2', { sharedDisks: true });
    expect(libvirt.migrations.map((argv) => argv.includes('--unsafe'))).toEqual([false, true]);
  });

  it('are not, if it was not', async () => {
    await expect(suspicious().migration.migrate(uuid, 'n2')).rejects.toMatchObject({
      message: 'It is not certain that n2 reaches the same disks.',
    });
  });

  it('are not, if an old QEMU could find stale data there', async () => {
    const libvirt = suspicious();
    libvirt.qemu = '3.1.0';
    await expect(libvirt.migration.migrate(uuid, 'n2', { sharedDisks: true })).rejects.toMatchObject({
      kind: 'tool-failed',
    });
  });

  it('need no cache to be safe with an old QEMU', () => {
    const disk = (inner: string): string => `<domain><devices><disk>${inner}</disk></devices></domain>`;
    expect(cachesAreOff(disk("<driver cache='none'/><source file='/a'/>"))).toBe(true);
    expect(cachesAreOff(disk("<driver cache='writeback'/><source file='/a'/>"))).toBe(false);
    expect(cachesAreOff(disk("<source file='/a'/>"))).toBe(false);
    expect(cachesAreOff(disk("<source file='/a'/><readonly/>"))).toBe(true);
  });
});

describe('what libvirt says', () => {
  // As libvirt 9.0 said it on Debian 12.
  it.each([
    ["error: Cannot get interface MTU on 'vmbr0': No such device", 'n2 has no network bridge vmbr0.'],
    [
      "error: End of file while reading data: virt-ssh-helper: cannot connect to '/var/run/libvirt/libvirt-sock': Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory: Input/output error",
      'libvirt on n2 does not answer.',
    ],
    [
      "error: operation failed: job 'migration out' failed: Unable to write to socket: Bad file descriptor",
      "job 'migration out' failed: Unable to write to socket: Bad file descriptor",
    ],
  ])('%s', (stderr, message) => {
    expect(migrationFailure('n2', failed(stderr)).info).toMatchObject({ kind: 'tool-failed', message });
  });

  it('of a job, in figures', () => {
    expect(parseJobInfo(idle)).toEqual({ job: 'none' });
    expect(parseJobInfo(sending(5, 990))).toEqual({
      job: 'migration-out',
      total: 1000,
      processed: 5,
      remaining: 990,
    });
    expect(percentOf({ job: 'migration-out', total: 1000, remaining: 0 })).toBe(99);
    expect(percentOf({ job: 'migration-out', total: 1000, remaining: 1100 })).toBe(0);
    expect(percentOf({ job: 'migration-out' })).toBeUndefined();
  });
});

it('knows hosts by their names, and asks nothing', () => {
  const config = dispatchSshConfig(dispatch, {});
  expect(config).toMatch(/^Host n1\n {2}HostName 10\.0\.1\.1\n {2}HostKeyAlias n1\n/);
  expect(config).toContain('StrictHostKeyChecking yes');
  expect(config).toContain('BatchMode yes');
});
