import { constants } from 'node:fs';
import { sep } from 'node:path';
import type { FileStat, Files, OpenFile } from '../../host/files.ts';
import { fileError } from './fileError.ts';

interface Entry {
  ino: number;
  mtimeMs: number;
  ctimeMs: number;
}
interface FileEntry extends Entry {
  kind: 'file';
  bytes: Buffer;
}
interface FolderEntry extends Entry {
  kind: 'folder';
  entries: Map<string, FileEntry | FolderEntry>;
}

/**
 * Files and folders in memory, with the errors of a Unix file system. All of it happens at once, so nothing is ever waited for but
 * microtasks.
 */
export class MemoryFiles implements Files {
  readonly #now: () => number;
  #inodes = 1;
  readonly #root: FolderEntry;

  constructor(now: () => number) {
    this.#now = now;
    this.#root = this.#newFolder();
  }

  async open(path: string, flags: string | number): Promise<OpenFile> {
    const how = flagsOf(flags);
    const { folder, name } = this.#place('open', path);
    let entry = folder.entries.get(name);
    if (entry === undefined) {
      if (!how.create) throw fileError('ENOENT', 'open', path);
      entry = { kind: 'file', bytes: Buffer.alloc(0), ...this.#stamp() };
      folder.entries.set(name, entry);
    } else if (how.exclusive) {
      throw fileError('EEXIST', 'open', path);
    }
    if (entry.kind === 'folder') {
      if (how.write) throw fileError('EISDIR', 'open', path);
      return new OpenEntry(entry, { write: false, append: false }, this.#now, path);
    }
    if (how.truncate) this.#change(entry, Buffer.alloc(0));
    return new OpenEntry(entry, how, this.#now, path);
  }

  readFile(path: string): Promise<Buffer>;
  readFile(path: string, encoding: 'utf8'): Promise<string>;
  async readFile(path: string, encoding?: 'utf8'): Promise<Buffer | string> {
    const entry = this.#entry('open', path);
    if (entry.kind === 'folder') throw fileError('EISDIR', 'read', path);
    return encoding === undefined ? Buffer.from(entry.bytes) : entry.bytes.toString(encoding);
  }

  async readdir(path: string): Promise<string[]> {
    const entry = this.#entry('scandir', path);
    if (entry.kind === 'file') throw fileError('ENOTDIR', 'scandir', path);
    return [...entry.entries.keys()].sort();
  }

  async stat(path: string): Promise<FileStat> {
    return statOf(this.#entry('stat', path));
  }

  async mkdir(path: string, { recursive = false }: { recursive?: boolean } = {}): Promise<void> {
    const parts = partsOf(path);
    let folder = this.#root;
    for (const [index, name] of parts.entries()) {
      const found = folder.entries.get(name);
      const last = index === parts.length - 1;
      if (found === undefined) {
        if (!last && !recursive) throw fileError('ENOENT', 'mkdir', path);
        const made = this.#newFolder();
        folder.entries.set(name, made);
        folder = made;
      } else if (last && (found.kind === 'file' || !recursive)) {
        throw fileError('EEXIST', 'mkdir', path);
      } else if (found.kind === 'file') {
        throw fileError('ENOTDIR', 'mkdir', path);
      } else {
        folder = found;
      }
    }
  }

  async rename(from: string, to: string): Promise<void> {
    const source = this.#place('rename', from);
    const target = this.#place('rename', to);
    const moved = source.folder.entries.get(source.name);
    if (moved === undefined) throw fileError('ENOENT', 'rename', from);
    if (from.startsWith(`${to}/`)) throw fileError('ENOTEMPTY', 'rename', from);
    const covered = target.folder.entries.get(target.name);
    if (covered === moved) return;
    if (covered?.kind === 'folder') {
      if (moved.kind === 'file') throw fileError('EISDIR', 'rename', from);
      if (covered.entries.size > 0) throw fileError('ENOTEMPTY', 'rename', from);
    } else if (covered !== undefined && moved.kind === 'folder') {
      throw fileError('ENOTDIR', 'rename', from);
    }
    source.folder.entries.delete(source.name);
    target.folder.entries.set(target.name, moved);
    moved.ctimeMs = this.#now();
  }

  async rm(path: string, { force = false, recursive = false } = {}): Promise<void> {
    let place: { folder: FolderEntry; name: string };
    try {
      place = this.#place('rm', path);
    } catch (error) {
      if (force && (error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    const entry = place.folder.entries.get(place.name);
    if (entry === undefined) {
      if (force) return;
      throw fileError('ENOENT', 'rm', path);
    }
    if (entry.kind === 'folder' && !recursive) throw fileError('ERR_FS_EISDIR', 'rm', path);
    place.folder.entries.delete(place.name);
  }

  #entry(call: string, path: string): FileEntry | FolderEntry {
    const { folder, name } = this.#place(call, path);
    const entry = name === '' ? folder : folder.entries.get(name);
    if (entry === undefined) throw fileError('ENOENT', call, path);
    return entry;
  }

  #place(call: string, path: string): { folder: FolderEntry; name: string } {
    const parts = partsOf(path);
    const name = parts.pop() ?? '';
    let folder = this.#root;
    for (const part of parts) {
      const next = folder.entries.get(part);
      if (next === undefined) throw fileError('ENOENT', call, path);
      if (next.kind === 'file') throw fileError('ENOTDIR', call, path);
      folder = next;
    }
    return { folder, name };
  }

  #newFolder(): FolderEntry {
    return { kind: 'folder', entries: new Map(), ...this.#stamp() };
  }

  #stamp(): Entry {
    return { ino: this.#inodes++, mtimeMs: this.#now(), ctimeMs: this.#now() };
  }

  #change(entry: FileEntry, bytes: Buffer): void {
    entry.bytes = bytes;
    entry.mtimeMs = this.#now();
    entry.ctimeMs = this.#now();
  }
}

class OpenEntry implements OpenFile {
  readonly #entry: FileEntry | FolderEntry;
  readonly #how: { write: boolean; append: boolean };
  readonly #now: () => number;
  readonly #path: string;
  #position = 0;

  constructor(
    entry: FileEntry | FolderEntry,
    how: { write: boolean; append: boolean },
    now: () => number,
    path: string,
  ) {
    this.#entry = entry;
    this.#how = how;
    this.#now = now;
    this.#path = path;
  }

  async stat(): Promise<FileStat> {
    return statOf(this.#entry);
  }

  readFile(): Promise<Buffer>;
  readFile(encoding: 'utf8'): Promise<string>;
  async readFile(encoding?: 'utf8'): Promise<Buffer | string> {
    if (this.#entry.kind === 'folder') throw fileError('EISDIR', 'read', this.#path);
    const bytes = this.#entry.bytes.subarray(this.#position);
    this.#position = this.#entry.bytes.length;
    return encoding === undefined ? Buffer.from(bytes) : bytes.toString(encoding);
  }

  async writeFile(data: string | Uint8Array): Promise<void> {
    await this.write(Buffer.from(data));
  }

  async appendFile(data: string | Uint8Array): Promise<void> {
    await this.write(Buffer.from(data));
  }

  async write(bytes: Uint8Array, offset = 0, length = bytes.length - offset, position: number | null = null) {
    if (this.#entry.kind === 'folder' || !this.#how.write) throw fileError('EBADF', 'write', this.#path);
    const old = this.#entry.bytes;
    const at = this.#how.append ? old.length : (position ?? this.#position);
    const grown = Buffer.alloc(Math.max(old.length, at + length));
    old.copy(grown);
    grown.set(bytes.subarray(offset, offset + length), at);
    this.#entry.bytes = grown;
    this.#entry.mtimeMs = this.#now();
    this.#entry.ctimeMs = this.#now();
    if (position === null) this.#position = at + length;
    return { bytesWritten: length };
  }

  async truncate(length = 0): Promise<void> {
    if (this.#entry.kind === 'folder' || !this.#how.write) throw fileError('EINVAL', 'ftruncate', this.#path);
    const cut = Buffer.alloc(length);
    this.#entry.bytes.copy(cut);
    this.#entry.bytes = cut;
  }

  async utimes(_accessed: number | Date, modified: number | Date): Promise<void> {
    this.#entry.mtimeMs = typeof modified === 'number' ? modified * 1000 : modified.getTime();
    this.#entry.ctimeMs = this.#now();
  }

  async datasync(): Promise<void> {}
  async sync(): Promise<void> {}
  async close(): Promise<void> {}
}

const statOf = (entry: FileEntry | FolderEntry): FileStat => ({
  size: entry.kind === 'file' ? entry.bytes.length : 0,
  mtimeMs: entry.mtimeMs,
  ctimeMs: entry.ctimeMs,
  ino: entry.ino,
  isFile: () => entry.kind === 'file',
  isDirectory: () => entry.kind === 'folder',
});

const partsOf = (path: string): string[] => path.split(sep).filter((part) => part !== '');

interface OpenFlags {
  write: boolean;
  append: boolean;
  create: boolean;
  truncate: boolean;
  exclusive: boolean;
}

function flagsOf(flags: string | number): OpenFlags {
  if (typeof flags === 'string') {
    const [first = 'r'] = flags;
    return {
      write: first !== 'r' || flags.includes('+'),
      append: first === 'a',
      create: first !== 'r',
      truncate: first === 'w',
      exclusive: flags.includes('x'),
    };
  }
  const has = (bit: number): boolean => (flags & bit) !== 0;
  return {
    write: has(constants.O_WRONLY) || has(constants.O_RDWR),
    append: has(constants.O_APPEND),
    create: has(constants.O_CREAT),
    truncate: has(constants.O_TRUNC),
    exclusive: has(constants.O_EXCL),
  };
}
