import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The first instance is told of a second by this signal. */
const SIGNAL = 'SIGUSR2';

/** True for the first process on this folder. */
export function holdInstance(folder: string, onSecond: () => void): boolean {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'SingletonLock');
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      process.on(SIGNAL, onSecond);
      process.on('exit', () => rmSync(file, { force: true }));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (signalled(Number(readFileSync(file, 'utf8')))) return false;
    rmSync(file, { force: true });
  }
}

function signalled(pid: number): boolean {
  try {
    process.kill(pid, SIGNAL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
