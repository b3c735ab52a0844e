import { spawn } from 'node:child_process';
import { open, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MinimeError, toErrorInfo } from '../../src/contract/errors.ts';
import { groupProcesses, makeGroup, readIfThere, removeGroup, signal } from './cgroups.ts';
import { type CommandOptions, type CommandResult, run } from './command.ts';
import type { Image } from './image/image.ts';
import {
  hostDirectory,
  machineName,
  packagesMountPoint,
  rootDirectory,
  sharedMountPoint,
  sharedPath,
  switchPath,
} from './names.ts';

const bootTimeoutMs = 180_000;
const lookTimeoutMs = 10_000;
const powerOffTimeoutMs = 5_000;

/** Switches a host on. Returns as soon as its power is on; `waitUntilUp` waits for it to have booted. */
export async function powerOn(lab: string, host: string, image: Image): Promise<void> {
  const machine = machineName(lab, host);
  const directory = hostDirectory(lab, host);
  await writeFile(`${directory}/cgroups`, `${(await makeGroup(machine)).join('\n')}\n`);
  const nspawn = [
    'systemd-nspawn',
    '--quiet',
    `--directory=${rootDirectory(lab, host)}`,
    `--machine=${machine}`,
    `--hostname=${host}`,
    '--boot',
    '--register=no',
    '--keep-unit',
    '--console=pipe',
    `--network-namespace-path=${directory}/netns`,
    '--capability=all',
    '--system-call-filter=@mount',
    '--resolv-conf=off',
    '--timezone=off',
    `--bind=${sharedPath(lab)}:${sharedMountPoint}`,
    `--bind-ro=${image.packages}:${packagesMountPoint}`,
  ];
  const log = await open(`${directory}/console.log`, 'a');
  try {
    const script = join(import.meta.dirname, 'power.sh');
    const child = spawn('sh', [script, directory, switchPath(lab), ...nspawn], {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      cwd: '/',
    });
    child.unref();
  } finally {
    await log.close();
  }
}

/** Takes a host's power away: its init dies at once, and with it everything that runs in it. */
export async function powerOff(lab: string, host: string): Promise<void> {
  const machine = machineName(lab, host);
  const init = await initProcess(lab, host);
  if (init !== undefined) {
    signal(init, 'SIGKILL');
    // nspawn and `power.sh` clean up behind themselves; what is stuck is killed below.
    const deadline = Date.now() + powerOffTimeoutMs;
    while (Date.now() < deadline && (await groupProcesses(machine)).length > 0) await sleep(20);
  }
  await removeGroup(machine);
  await rm(`${hostDirectory(lab, host)}/cgroups`, { force: true });
  // nspawn refuses to remove this one itself where /run is on a disk.
  await rm(`/run/systemd/nspawn/propagate/${machine}`, { recursive: true, force: true });
}

/**
 * Stops everything that runs in a host where it is, nspawn excepted. On real machines nothing lives to see that disks and other
 * processes are gone.
 */
export async function freeze(lab: string, host: string): Promise<void> {
  const frozen = new Set<number>();
  for (;;) {
    // What was just being started is in the next look.
    const running = (await groupProcesses(machineName(lab, host))).filter((pid) => !frozen.has(pid));
    const own = (
      await Promise.all(running.map(async (pid) => ((await innerId(pid)) === undefined ? [] : [pid])))
    ).flat();
    if (own.length === 0) return;
    for (const pid of own) {
      signal(pid, 'SIGSTOP');
      frozen.add(pid);
    }
  }
}

/** Process id, on this machine, of a host's init; undefined when the host is off or only just starting. */
export async function initProcess(lab: string, host: string): Promise<number | undefined> {
  for (const pid of await groupProcesses(machineName(lab, host))) {
    if (await isInit(pid)) return pid;
  }
  return undefined;
}

/** Whether a host's power is on, booted or not. */
export async function isPowered(lab: string, host: string): Promise<boolean> {
  return (await groupProcesses(machineName(lab, host))).length > 0;
}

/** Before it becomes systemd it is still nspawn's child, without /proc and its own root. */
async function isInit(pid: number): Promise<boolean> {
  return (await innerId(pid)) === '1' && (await readIfThere(`/proc/${pid}/comm`))?.trim() === 'systemd';
}

/** The id that a process of a host has inside it; undefined for one of this machine, and for one that has ended. */
async function innerId(pid: number): Promise<string | undefined> {
  const status = (await readIfThere(`/proc/${pid}/status`)) ?? '';
  // One id per process id namespace, outermost first: ours, the container's.
  return /^NSpid:\s+(.*)$/m.exec(status)?.[1]?.split(/\s+/)[1];
}

/** Runs a program inside a host as root, without SSH and whatever the host's network is like. */
export async function execIn(
  lab: string,
  host: string,
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const init = await initProcess(lab, host);
  if (init === undefined) {
    throw new MinimeError({
      kind: 'unreachable',
      message: `The lab host ${host} is switched off.`,
      host,
      remedy: `Switch it on with "npm run lab -- boot ${host}".`,
    });
  }
  const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' };
  return await run(['nsenter', `--target=${init}`, '--all', ...argv], {
    env: { ...environment, LANG: 'C.UTF-8', ...options.env },
    host,
    ...options,
  });
}

/** Waits until a host has booted and answers SSH on `address`. Throws `timeout` with what it was waiting for. */
export async function waitUntilUp(
  lab: string,
  host: string,
  address: string,
  timeoutMs: number = bootTimeoutMs,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let missing: string | undefined;
  // Some looks in all that time tell of a machine that stood still rather than of a host that did.
  let looks = 0;
  while (Date.now() < deadline) {
    missing = await missingToBeUp(lab, host, address);
    if (missing === undefined) return;
    looks += 1;
    await sleep(100);
  }
  const said = ((await readIfThere(`${hostDirectory(lab, host)}/console.log`)) ?? '').trim().split('\n');
  throw new MinimeError({
    kind: 'timeout',
    message: `The lab host ${host} did not boot within ${timeoutMs / 1000} seconds (${looks} looks): ${missing}. ${await jobsUnderWay(lab, host)} Its console said at last: ${said.slice(-5).join(' / ')}`,
    host,
    details: said.slice(-40).join('\n'),
  });
}

/** What keeps a host from being up, in words; undefined when it is. */
async function missingToBeUp(lab: string, host: string, address: string): Promise<string | undefined> {
  if (!(await isPowered(lab, host))) return 'its power is off';
  if ((await initProcess(lab, host)) === undefined) return 'its init has not begun';
  const look = { timeoutMs: lookTimeoutMs };
  const { stdout, stderr } = await execIn(lab, host, ['systemctl', 'is-system-running'], look);
  const state = stdout.trim();
  if (!['running', 'degraded'].includes(state)) return `systemd is "${state || stderr.trim()}"`;
  return (await answers(address, 22)) ? undefined : 'nothing answers on its port 22';
}

async function jobsUnderWay(lab: string, host: string): Promise<string> {
  try {
    const look = { timeoutMs: lookTimeoutMs };
    const { stdout } = await execIn(lab, host, ['systemctl', 'list-jobs', '--no-legend', '--no-pager'], look);
    // All others wait for these.
    const running = stdout.split('\n').flatMap((line) => /^\s*\d+ (\S+) .*running/.exec(line)?.[1] ?? []);
    return `Jobs of systemd under way: ${running.join(', ') || 'none'}.`;
  } catch (error) {
    return `Its jobs cannot be told: ${toErrorInfo(error).message}`;
  }
}

function answers(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 1000 });
    const settle = (result: boolean): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}
