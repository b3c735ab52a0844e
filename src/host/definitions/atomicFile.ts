import { dirname } from 'node:path';
import { open, rename, rm } from '../files.ts';

/** The steps of an atomic write one by one, so that a test can let the power go at each of them. */
export interface AtomicSteps {
  /** Makes the file or empties it, writes all bytes, and waits until they are on the disk. */
  writeAndFlush(path: string, bytes: Buffer): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Waits until renames in this folder are on the disk. */
  flushFolder(folder: string): Promise<void>;
  remove(path: string): Promise<void>;
}

export const diskSteps: AtomicSteps = {
  async writeAndFlush(path, bytes) {
    const file = await open(path, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename,
  async flushFolder(folder) {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async remove(path) {
    await rm(path, { force: true });
  },
};

/**
 * Afterwards `path` holds the new bytes; if it rejects, or the power goes, the old or the new ones, whole. `temporary`
 * has to lie on the same file system.
 */
export async function writeAtomically(
  path: string,
  temporary: string,
  bytes: Buffer,
  steps: AtomicSteps = diskSteps,
): Promise<void> {
  try {
    await steps.writeAndFlush(temporary, bytes);
    await steps.rename(temporary, path);
  } catch (error) {
    // On a full disk the half-written file would keep its blocks from the next one.
    await steps.remove(temporary);
    throw error;
  }
  await steps.flushFolder(dirname(path));
}
