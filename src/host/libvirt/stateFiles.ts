import { chown, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { diskSteps, writeAtomically } from '../definitions/atomicFile.ts';
import type { ContentFile } from '../ports/hypervisor.ts';
import { libvirtPaths } from './paths.ts';

export interface Owner {
  uid: number;
  gid: number;
}

/** A copy that only this host has; elsewhere it lies on storage that hosts share, and is the VM's only one. */
export const isLocalNvram = (path: string, folder: string = libvirtPaths.nvram): boolean =>
  !relative(folder, path).startsWith('..');

/**
 * Puts the NVRAM of a VM that does not run to its path, owner as libvirt gives it to files it makes there. One on shared storage
 * is newer than any copy of it, and is left alone.
 */
export async function writeNvram(
  path: string,
  nvram: Buffer | undefined,
  folder: string = libvirtPaths.nvram,
): Promise<void> {
  const local = isLocalNvram(path, folder);
  if (!local && (await isThere(path))) return;
  if (nvram === undefined) {
    if (local) await rm(path, { force: true });
    return;
  }
  // libvirt gives this folder to the user that QEMU runs as.
  if (local) await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, gid } = await stat(dirname(path));
  await writeAtomically(path, `${path}.minime`, nvram, {
    ...diskSteps,
    rename: async (from, to) => {
      await chown(from, uid, gid);
      await rename(from, to);
    },
  });
}

/**
 * The state of an emulated TPM, in place of what is there of this VM. swtpm's own folder is complete or not there at
 * all: libvirt makes a new TPM, without the secrets of the guest, if it finds an empty one.
 */
export async function writeTpm(
  uuid: string,
  files: readonly ContentFile[],
  owner: Owner,
  folder: string = libvirtPaths.tpm,
): Promise<void> {
  const place = join(folder, uuid);
  const fresh = join(folder, `${uuid}.minime`);
  await rm(fresh, { recursive: true, force: true });
  if (files.length === 0) {
    await rm(place, { recursive: true, force: true });
    return;
  }
  await mkdir(folder, { recursive: true, mode: 0o711 });
  await mkdir(fresh, { mode: 0o711 });
  for (const { path, bytes } of files) {
    const target = join(fresh, path);
    if (dirname(target) !== fresh) {
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await chown(dirname(target), owner.uid, owner.gid);
    }
    await diskSteps.writeAndFlush(target, bytes);
    await chown(target, owner.uid, owner.gid);
  }
  await rm(place, { recursive: true, force: true });
  await rename(fresh, place);
  await diskSteps.flushFolder(folder);
}

export async function removeTpm(uuid: string, folder: string = libvirtPaths.tpm): Promise<void> {
  await rm(join(folder, uuid), { recursive: true, force: true });
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
