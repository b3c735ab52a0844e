import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Runner, RunResult } from '../ports/runner.ts';
import { destroyVm } from './destroy.ts';
import { reasonOf } from './failures.ts';
import { Lifecycle } from './lifecycle.ts';
import { uuidOfCommand } from './processes.ts';
import { writeNvram, writeTpm } from './stateFiles.ts';
import { parseSwtpmNames } from './swtpmOwner.ts';
import { Virsh } from './virsh.ts';

const uuid = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const other = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
const xml = (name: string): string => `<domain><name>${name}</name><uuid>${uuid}</uuid></domain>`;
const ok: RunResult = { code: 0, stdout: '', stderr: '' };
const failed = (stderr: string): RunResult => ({ code: 1, stdout: '', stderr });

/** virsh with these answers by subcommand; tells what was asked of it. */
function scripted(answers: Record<string, RunResult | (() => RunResult)>): {
  runner: Runner;
  asked: string[][];
} {
  const asked: string[][] = [];
  const run: Runner['run'] = async (argv) => {
    const args = argv.slice(3);
    asked.push(args);
    const answer = answers[args[0] ?? ''] ?? ok;
    return typeof answer === 'function' ? answer() : answer;
  };
  const must: Runner['must'] = async (argv) => (await run(argv)).stdout;
  return { runner: { run, must, follow: () => Promise.reject(new Error('not here')) as never }, asked };
}

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-libvirt-'));
});
afterEach(() => rm(folder, { recursive: true }));

const lifecycle = (runner: Runner): Lifecycle => new Lifecycle(runner, new Virsh(runner), folder);

describe('defining a VM', () => {
  it('shows its XML to virsh alone, and leaves nothing of it', async () => {
    let seen = '';
    let mode = 0;
    const { runner, asked } = scripted({});
    const run: Runner['run'] = async (argv, options) => {
      if (argv[3] === 'define') {
        seen = await readFile(argv[4] ?? '', 'utf8');
        mode = (await stat(argv[4] ?? '')).mode & 0o777;
      }
      return runner.run(argv, options);
    };
    await lifecycle({ ...runner, run }).define(uuid, { xml: xml('vm'), tpm: [] });
    expect(seen).toBe(xml('vm'));
    expect(mode).toBe(0o600);
    expect(await readdir(folder)).toEqual([]);
    expect(asked.map(([command]) => command)).toEqual(['list', 'define', 'managedsave-remove', 'autostart']);
  });

  it('refuses a name that another VM has', async () => {
    const { runner } = scripted({ list: { ...ok, stdout: `${other} vm\n` } });
    await expect(lifecycle(runner).define(uuid, { xml: xml('vm'), tpm: [] })).rejects.toMatchObject({
      kind: 'conflict',
    });
  });

  it('forgets it first if it has another name here', async () => {
    const { runner, asked } = scripted({
      list: () => ({ ...ok, stdout: asked.at(-1)?.includes('--all') === true ? `${uuid} old\n` : '' }),
      [`dumpxml ${uuid} --inactive --security-info`]: { ...ok, stdout: `${xml('old')}\n` },
    });
    const quiet: Runner['run'] = (argv, options) =>
      argv[1] === '--quiet'
        ? Promise.resolve({ ...ok, stdout: `${xml('old')}\n` })
        : runner.run(argv, options);
    await lifecycle({ ...runner, run: quiet }).define(uuid, { xml: xml('new'), tpm: [] });
    const commands = asked.map(([command]) => command).filter((command) => command !== 'list');
    expect(commands).toEqual(['undefine', 'define', 'managedsave-remove', 'autostart']);
  });

  it('says what libvirt does not accept', async () => {
    const { runner } = scripted({
      define: failed(
        'error: Failed to define domain from /x\nerror: unsupported configuration: no such machine\n',
      ),
    });
    await expect(lifecycle(runner).define(uuid, { xml: xml('vm'), tpm: [] })).rejects.toMatchObject({
      info: { kind: 'invalid-input', message: 'no such machine' },
    });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('starting a VM', () => {
  it("gives QEMU's own reason", async () => {
    const { runner } = scripted({
      start: failed(
        "error: Failed to start domain 'vm'\nerror: internal error: process exited while connecting to monitor: " +
          '2026-11-25T22:11:51.123456Z qemu-system-x86_64: -blockdev {}: Failed to get "write" lock\nIs another process using the image [/srv/vm]?\n',
      ),
    });
    await expect(lifecycle(runner).start(uuid)).rejects.toMatchObject({
      info: {
        kind: 'tool-failed',
        message:
          'qemu-system-x86_64: Failed to get "write" lock. Is another process using the image [/srv/vm]?',
      },
    });
  });

  it('is content with one that runs', async () => {
    const { runner } = scripted({
      start: failed('error: Domain is already active\n'),
      list: { ...ok, stdout: `${uuid} vm\n` },
    });
    await expect(lifecycle(runner).start(uuid)).resolves.toBeUndefined();
  });
});

describe('the guest agent', () => {
  it.each<[string, RunResult, boolean | null]>([
    ['answers', ok, true],
    ['is not there', failed('error: argument unsupported: QEMU guest agent is not configured'), null],
    [
      'is not connected',
      failed('error: Guest agent is not responding: QEMU guest agent is not connected'),
      false,
    ],
  ])('%s', async (_case, answer, expected) => {
    expect(await lifecycle(scripted({ 'qemu-agent-command': answer }).runner).agentAnswers(uuid)).toBe(
      expected,
    );
  });
});

describe('destroying a VM', () => {
  const notRunning = failed(
    "error: Failed to destroy domain 'vm'\nerror: Requested operation is not valid: domain is not running",
  );
  const noDaemon = failed('error: failed to connect to the hypervisor');
  const busy = failed('error: Timed out during operation: cannot acquire state change lock');
  it.each<[string, RunResult, number, 'off' | 'unsure' | 'stuck', number[]]>([
    ['was running', ok, 0, 'off', []],
    ['was off', notRunning, 0, 'off', []],
    ['has no daemon', noDaemon, 0, 'off', []],
    ['has no daemon, but a process', noDaemon, 1, 'off', [42]],
    ['may be about to start', busy, 0, 'unsure', []],
    ['hangs in libvirt with its process', busy, 1, 'off', [42]],
    ['has a process that does not die', busy, Number.POSITIVE_INFINITY, 'stuck', [42]],
  ])('that %s', async (_case, answer, looks, expected, killed) => {
    const { runner } = scripted({ destroy: answer });
    const kills: number[] = [];
    let left = looks;
    let now = 0;
    const kernel = {
      processes: async () =>
        left-- > 0
          ? [
              { pid: 42, uuid },
              { pid: 7, uuid: other },
            ]
          : [{ pid: 7, uuid: other }],
      kill: (pid: number) => void kills.push(pid),
    };
    const clock = {
      now: () => now,
      elapsed: () => now,
      sleep: async (ms: number) => {
        now += ms;
      },
    };
    const end = destroyVm(uuid, { runner, virsh: new Virsh(runner), kernel, clock }).then(
      () => 'off',
      ({ kind }: { kind: string }) => (kind === 'timeout' ? 'unsure' : 'stuck'),
    );
    expect(await end).toBe(expected);
    expect(kills).toEqual(killed);
  });
});

describe('files beside a definition', () => {
  it('replaces a copy of NVRAM that only this host has, and none on shared storage', async () => {
    const local = join(folder, 'nvram');
    await writeNvram(join(local, 'vm.fd'), Buffer.from('new'), local);
    await writeNvram(join(local, 'vm.fd'), Buffer.from('newer'), local);
    expect(await readFile(join(local, 'vm.fd'), 'utf8')).toBe('newer');
    expect((await stat(join(local, 'vm.fd'))).mode & 0o777).toBe(0o600);
    const shared = join(folder, 'vm.fd');
    await writeNvram(shared, Buffer.from('copy'), local);
    await writeFile(shared, 'the VM wrote here');
    await writeNvram(shared, Buffer.from('copy'), local);
    expect(await readFile(shared, 'utf8')).toBe('the VM wrote here');
    await writeNvram(join(local, 'vm.fd'), undefined, local);
    expect(await readdir(local)).toEqual([]);
  });

  it('replaces the state of a TPM as a whole', async () => {
    const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    const file = (path: string) => [{ path, bytes: Buffer.from(path) }];
    await writeTpm(uuid, file('tpm2/old'), owner, folder);
    await writeTpm(uuid, file('tpm2/tpm2-00.permall'), owner, folder);
    expect(await readdir(join(folder, uuid, 'tpm2'))).toEqual(['tpm2-00.permall']);
    expect(await readdir(folder)).toEqual([uuid]);
    await writeTpm(uuid, [], owner, folder);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['', 'tss', 'tss'],
    ['#swtpm_user = "x"\nswtpm_user = "root"\n', 'root', 'tss'],
    ['swtpm_user="+0"\nswtpm_group = 107', '+0', '107'],
  ])('belong to whom qemu.conf says: %j', (config, user, group) => {
    expect(parseSwtpmNames(config)).toEqual({ user, group });
  });
});

describe('what is read from tools', () => {
  it.each([
    [`/usr/bin/qemu-system-x86_64\0-name\0guest=vm\0-uuid\0${uuid}\0-S\0`, uuid],
    [`/usr/libexec/qemu-kvm\0-uuid\0${uuid.toUpperCase()}\0`, uuid],
    ['qemu-img\0create\0', undefined],
    [`grep\0-uuid\0${uuid}\0`, undefined],
    ['', undefined],
  ])('%j is a VM or not', (command, expected) => {
    expect(uuidOfCommand(command)).toBe(expected);
  });

  it('takes the second error of virsh as the reason', () => {
    expect(
      reasonOf("error: Failed to start domain 'vm'\nerror: Cannot access storage file '/x': No such file\n"),
    ).toBe("Cannot access storage file '/x': No such file");
    expect(reasonOf('error: Domain not found\n')).toBe('Domain not found');
  });
});
