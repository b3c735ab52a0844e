import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface QemuProcess {
  pid: number;
  uuid: string;
}

/** All QEMU processes of this host that run a VM of libvirt, by the kernel's word. */
export async function qemuProcesses(proc = '/proc'): Promise<QemuProcess[]> {
  const pids = (await readdir(proc)).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const uuid = uuidOfCommand(await commandOf(join(proc, String(pid))));
      return uuid === undefined ? [] : [{ pid, uuid }];
    }),
  );
  return found.flat();
}

/** libvirt passes the uuid of a VM as `-uuid UUID`. Arguments end with a NUL each. */
export function uuidOfCommand(command: string): string | undefined {
  const [program = '', ...args] = command.split('\0');
  if (!/^(qemu|kvm)/.test(program.split('/').at(-1) ?? '')) return undefined;
  const uuid = args[args.indexOf('-uuid') + 1];
  return args.includes('-uuid') ? uuid?.toLowerCase() : undefined;
}

/**
 * A process whose first thread has ended shows no command any more, though another thread may still wait for dead storage, and
 * write there one day: then that thread tells. Empty if the process is gone.
 */
async function commandOf(folder: string): Promise<string> {
  const command = await readAll(join(folder, 'cmdline'));
  if (command !== '') return command;
  if (!/^\d+ \(.*\) Z/s.test(await readAll(join(folder, 'stat')))) return '';
  for (const thread of await namesIn(join(folder, 'task'))) {
    const other = await readAll(join(folder, 'task', thread, 'cmdline'));
    if (other !== '') return other;
  }
  return '';
}

/** Read until nothing comes: the asynchronous readFile of Node 18 takes the end of a page for the end of such a file. */
async function readAll(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const parts: Buffer[] = [];
      for (;;) {
        const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(65_536) });
        if (bytesRead === 0) return Buffer.concat(parts).toString('utf8');
        parts.push(buffer.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isGone(error)) return '';
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** ESRCH: it ended while its file was open. */
const isGone = (error: unknown): boolean =>
  ['ENOENT', 'ESRCH', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '');
