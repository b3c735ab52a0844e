import { mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Directories of the control group `name`, one in each hierarchy of this machine (one in all with cgroup v2). */
async function groupDirectories(name: string): Promise<string[]> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' '));
  return mounts
    .filter(([, , type]) => type === 'cgroup' || type === 'cgroup2')
    .map(([, directory]) => `${directory}/${name}`);
}

async function existing(directories: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const directory of directories) if (await isDirectory(directory)) found.push(directory);
  return found;
}

/** Makes the group in every hierarchy and returns its directories. */
export async function makeGroup(name: string): Promise<string[]> {
  const directories = await groupDirectories(name);
  for (const directory of directories) {
    await mkdir(directory, { recursive: true });
    // cpuset (v1) accepts no process until it is told which CPUs and memory nodes it may use.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const inherited = await readIfThere(`${directory}/../${file}`);
      const own = await readIfThere(`${directory}/${file}`);
      if (inherited !== undefined && own === '\n') await writeFile(`${directory}/${file}`, inherited);
    }
  }
  return directories;
}

/** Ids of all processes in the group and below it. */
export async function groupProcesses(name: string): Promise<number[]> {
  const processes = new Set<number>();
  for (const directory of await existing(await groupDirectories(name))) {
    for (const group of await tree(directory)) {
      const text = (await readIfThere(`${group}/cgroup.procs`)) ?? '';
      for (const line of text.split('\n')) if (line !== '') processes.add(Number(line));
    }
  }
  return [...processes];
}

/** Names of this machine's control groups that start with `prefix`. */
export async function groupsNamed(prefix: string): Promise<string[]> {
  const names = new Set<string>();
  for (const directory of await existing(await groupDirectories('.'))) {
    for (const name of await readdir(directory)) if (name.startsWith(prefix)) names.add(name);
  }
  return [...names].sort();
}

/** Kills everything in the group and removes it from all hierarchies. Does nothing when there is no such group. */
export async function removeGroup(name: string): Promise<void> {
  for (;;) {
    const processes = await groupProcesses(name);
    if (processes.length === 0) break;
    for (const pid of processes) signal(pid, 'SIGKILL');
    await sleep(20);
  }
  for (const directory of await existing(await groupDirectories(name))) {
    for (const group of (await tree(directory)).reverse()) await removeEmpty(group);
  }
}

/** To one process of a lab host; that it has ended already is fine. */
export function signal(pid: number, name: 'SIGKILL' | 'SIGSTOP'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The kernel still counts a group as busy for a moment after its last process has ended. */
async function removeEmpty(group: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rmdir(group);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || attempt === 100) throw error;
      await sleep(20);
    }
  }
}

/** A directory and all below it, parents first. Groups that vanish while we look are left out. */
async function tree(directory: string): Promise<string[]> {
  const found = [directory];
  for (let index = 0; index < found.length; index++) {
    const parent = found[index] ?? '';
    try {
      const entries = await readdir(parent, { withFileTypes: true });
      for (const entry of entries) if (entry.isDirectory()) found.push(`${parent}/${entry.name}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return found;
}

export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ESRCH: of a process that ends just now.
    if (['ENOENT', 'ENODEV', 'ESRCH'].includes(code ?? '')) return undefined;
    throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
