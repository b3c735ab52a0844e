import { join } from 'node:path';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { mkdir, readFile } from '../files.ts';
import type { Host } from '../host.ts';

/**
 * Marks of this boot, in the folder that does not outlast it. They name the boot all the same, for where that folder does.
 * `rejoined`: what ran before the boot was started again (or was found to be nowhere wanted). `shutting-down`: the host goes down
 * in good order; VMs that stop now still count as wanted.
 */
export type BootFlag = 'rejoined' | 'shutting-down';

export async function hasFlag(host: Host, flag: BootFlag): Promise<boolean> {
  const { bootId } = await host.machine.identity();
  try {
    return (await readFile(join(host.paths.run, flag), 'utf8')).trim() === bootId;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

export async function setFlag(host: Host, flag: BootFlag): Promise<void> {
  const { bootId } = await host.machine.identity();
  const path = join(host.paths.run, flag);
  await mkdir(host.paths.run, { recursive: true, mode: 0o755 });
  await writeAtomically(path, `${path}.new`, Buffer.from(`${bootId}\n`));
}
