import { join } from 'node:path';
import type { Files } from '../../host/files.ts';
import type { Boot } from './boot.ts';

/** Where every host has the same. */
export const sharedFolder = '/shared';

/** The block device that all hosts have. */
export const poisonPillDisk = '/dev/embedded-poison-pill';

export type DiskFault = 'read-only' | 'unreadable' | 'gone';

export const quorumDiskBytes = 100 * 1024 ** 2;

/** One quorum disk: a folder on shared storage that one host at a time has mounted. */
export interface SharedDisk {
  home: string;
  folder: string;
  fault: DiskFault | undefined;
  /** Bytes taken by what does not belong there. */
  filler: number;
  /** Who mounted it last and has not unmounted it. */
  holder: Boot | undefined;
}

export function newDisk(storageFolder: string, home: string): SharedDisk {
  return {
    home,
    folder: join(storageFolder, 'quorum-disks', home),
    fault: undefined,
    filler: 0,
    holder: undefined,
  };
}

/** Bytes taken, by everything on it. */
export async function usedBytes(files: Files, disk: SharedDisk): Promise<number> {
  return disk.filler + (await sizeBelow(files, disk.folder));
}

async function sizeBelow(files: Files, path: string): Promise<number> {
  const stat = await files.stat(path);
  if (!stat.isDirectory()) return stat.size;
  let sum = 0;
  for (const name of await files.readdir(path)) sum += await sizeBelow(files, join(path, name));
  return sum;
}
