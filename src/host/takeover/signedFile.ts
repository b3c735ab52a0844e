import { dirname, join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { readFile } from '../files.ts';
import { type SealedKind, seal, unseal } from './signed.ts';

/** A quorum disk, as far as its signed files need to know it. */
export interface DiskKey {
  /** Mount point. */
  folder: string;
  /** The host whose quorum disk it is. */
  home: string;
  clusterId: string;
  key: Buffer;
}

/** `missing`: there is none. `tampered`, `unreadable`: there is something, which is not believed. */
export type Found<T> =
  | { state: 'good'; value: T }
  | { state: 'missing' }
  | { state: 'tampered' | 'unreadable'; cause: string };

const bodySchema = z.object({ clusterId: z.string(), home: z.string(), value: z.unknown() });

/** Rejects only if the disk cannot be read at all. */
export async function readSigned<T>(
  disk: DiskKey,
  name: string,
  kind: SealedKind,
  schema: z.ZodType<T>,
): Promise<Found<T>> {
  let text: string;
  try {
    text = await readFile(join(disk.folder, name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { state: 'missing' };
    throw error;
  }
  const opened = unseal(kind, text, disk.key);
  if (opened.state !== 'good') return opened;
  const body = bodySchema.safeParse(opened.body).data;
  const parsed = schema.safeParse(body?.value);
  if (body?.clusterId === disk.clusterId && body.home === disk.home && parsed.success) {
    return { state: 'good', value: parsed.data };
  }
  return {
    state: 'tampered',
    cause: `It is not that of ${disk.home}, or was written by a newer version.`,
  };
}

/** Atomic: if it rejects, what was there still stands. Only for whoever holds the lock of its writers. */
export async function writeSigned(
  disk: DiskKey,
  name: string,
  kind: SealedKind,
  value: object,
): Promise<void> {
  const path = join(disk.folder, name);
  const body = { clusterId: disk.clusterId, home: disk.home, value };
  await writeAtomically(
    path,
    join(dirname(path), `.${name}.new`),
    Buffer.from(`${seal(kind, body, disk.key)}\n`),
  );
}
