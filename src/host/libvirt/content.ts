import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContentFile, VmContent } from '../ports/hypervisor.ts';
import { libvirtPaths } from './paths.ts';

/** swtpm's lock and log say nothing about the TPM. */
const notState = /(^|\/)(\.lock|.*\.log)$/;
/** An NVRAM file has at most 64 MiB (aarch64); more is no NVRAM. */
const maximumBytes = 80 * 1024 * 1024;

export interface StateFile {
  path: string;
  absolute: string;
  /** Changes whenever the file does. */
  stamp: string;
}

export async function readContent(
  uuid: string,
  xml: string,
  nvramPath: string | undefined,
): Promise<VmContent> {
  const nvram = nvramPath === undefined ? undefined : await readIfThere(nvramPath);
  const tpm: ContentFile[] = [];
  for (const file of await tpmFiles(uuid)) {
    const bytes = await readIfThere(file.absolute);
    if (bytes !== undefined) tpm.push({ path: file.path, bytes });
  }
  return { xml, tpm, ...(nvram === undefined ? {} : { nvram }) };
}

/** Cheap: tells whether the state files are the same as last time without reading them. */
export async function stampOf(uuid: string, nvramPath: string | undefined): Promise<string> {
  const stamps = [nvramPath === undefined ? '' : await stampOfFile(nvramPath)];
  for (const file of await tpmFiles(uuid)) stamps.push(`${file.path}:${file.stamp}`);
  return stamps.join('\n');
}

export function hashContent(content: VmContent): string {
  const hash = createHash('sha256');
  // Each part with its length before it, so that no two contents give the same bytes.
  const add = (bytes: Buffer): void => {
    hash.update(`${bytes.length}:`).update(bytes);
  };
  add(Buffer.from(content.xml));
  add(content.nvram ?? Buffer.alloc(0));
  for (const file of [...content.tpm].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    add(Buffer.from(file.path));
    add(file.bytes);
  }
  return hash.digest('hex');
}

async function tpmFiles(uuid: string): Promise<StateFile[]> {
  const folder = join(libvirtPaths.tpm, uuid);
  let names: string[];
  try {
    names = await readdir(folder, { recursive: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  const files: StateFile[] = [];
  for (const path of names.sort()) {
    const absolute = join(folder, path);
    const stamp = await stampOfFile(absolute);
    if (stamp !== '' && !notState.test(path)) files.push({ path, absolute, stamp });
  }
  return files;
}

/** Empty if it is no file, or gone. */
async function stampOfFile(path: string): Promise<string> {
  try {
    const { size, mtimeMs, ino, isFile } = await statFile(path);
    return isFile ? `${size}.${mtimeMs}.${ino}` : '';
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

async function statFile(
  path: string,
): Promise<{ size: number; mtimeMs: number; ino: number; isFile: boolean }> {
  const stats = await stat(path);
  return { size: stats.size, mtimeMs: stats.mtimeMs, ino: stats.ino, isFile: stats.isFile() };
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    const { size } = await stat(path);
    return size > maximumBytes ? undefined : await readFile(path);
  } catch (error) {
    // A VM that never ran has no NVRAM file yet; libvirt makes it from the template.
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
