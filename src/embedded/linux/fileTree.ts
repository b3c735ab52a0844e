import { dirname } from 'node:path/posix';
import { z } from 'zod';

/** What blkid finds on a device or in an image. */
const signatureSchema = z.object({ type: z.string(), label: z.string(), uuid: z.string() });

const entrySchema = z.object({
  kind: z.enum(['file', 'folder', 'block', 'char']),
  mode: z.number().int(),
  owner: z.string(),
  /** Unix milliseconds. */
  changedAt: z.number(),
  /** Bytes; what of them is not in `bytes` is zero. */
  size: z.number().int(),
  signature: signatureSchema.optional(),
});

const savedEntrySchema = entrySchema.extend({ path: z.string(), content: z.base64() });
export const savedTreeSchema = z.array(savedEntrySchema);
export type SavedTree = z.infer<typeof savedTreeSchema>;

export type Entry = z.infer<typeof entrySchema> & { bytes: Buffer };

/** Files and devices by their absolute paths. */
export class FileTree {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  #changes = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Grows with every change. */
  get changes(): number {
    return this.#changes;
  }

  at(path: string): Entry | undefined {
    return this.#entries.get(plain(path));
  }

  paths(): string[] {
    return [...this.#entries.keys()];
  }

  put(path: string, entry: Partial<Entry>): void {
    this.#changes += 1;
    const bytes = entry.bytes ?? Buffer.alloc(0);
    this.#entries.set(plain(path), {
      kind: 'file',
      mode: 0o644,
      owner: 'root',
      size: bytes.length,
      ...entry,
      bytes,
      changedAt: this.#now(),
    });
  }

  /** With the folders above it. */
  makeFolder(path: string, mode = 0o755): void {
    const wanted = plain(path);
    if (this.#entries.has(wanted)) return;
    if (wanted !== '/') this.makeFolder(dirname(wanted));
    this.put(wanted, { kind: 'folder', mode });
  }

  /** Whether something can be put there. */
  hasFolderOf(path: string): boolean {
    return this.at(dirname(plain(path)))?.kind === 'folder';
  }

  remove(path: string): void {
    this.#changes += 1;
    this.#entries.delete(plain(path));
  }

  removeBelow(folder: string): void {
    for (const path of this.paths()) if (path.startsWith(`${folder}/`)) this.#entries.delete(path);
  }

  capture(): SavedTree {
    return [...this.#entries].map(([path, { bytes, ...entry }]) => ({
      path,
      ...entry,
      content: bytes.toString('base64'),
    }));
  }

  restore(saved: SavedTree): void {
    this.#entries.clear();
    for (const { path, content, ...entry } of saved) {
      this.#entries.set(path, { ...entry, bytes: Buffer.from(content, 'base64') });
    }
  }
}

function plain(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}
