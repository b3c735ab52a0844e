import { dirname, join, sep } from 'node:path';
import type { Files, OpenFile, RoutedFiles } from '../../host/files.ts';
import type { Boot } from '../world/boot.ts';
import { type Life, never } from '../world/life.ts';
import { quorumDiskBytes, type SharedDisk, usedBytes } from '../world/sharedStorage.ts';
import { fileError } from './fileError.ts';

/** A program on a host: what it sees of the file system lies below a folder of its own. */
export interface Viewer {
  life: Life;
  boot: Boot;
}

/** Data that reached a file on a quorum disk, with its path on that disk. */
export type DiskWritten = (home: string, path: string, data: string, writer: Viewer) => void;

export interface HostFilesOptions {
  /** Where the files really are. */
  files: Files;
  /** What hosts see is below this folder, what there is beside it. */
  viewRoot: string;
  hostsFolder: string;
  disks: ReadonlyMap<string, SharedDisk>;
  onDiskWritten: DiskWritten;
}

interface Place {
  viewer: Viewer;
  /** Where it really is. */
  path: string;
  disk?: SharedDisk;
  /** Path on that disk. */
  onDisk: string;
}

/** What host code makes of a path is normal, but for the kind of slash. */
const separators = sep === '/' ? '/' : /[\\/]/;

/**
 * The file systems of all embedded hosts:
 *
 * | `viewRoot`/PROGRAM/… | is |
 * |---|---|
 * | `state`, `history` | the host's own, kept over boots |
 * | `run` | of this boot |
 * | `quorum/HOME` | the quorum disk where it is mounted, an empty folder elsewhere |
 *
 * A dead program's access never ends; a disk answers as its fault has it.
 */
export class HostFiles implements RoutedFiles {
  readonly #options: HostFilesOptions;
  readonly #viewers = new Map<string, Viewer>();
  /** By where the folder really is: every program that follows it. */
  readonly #watches = new Map<string, Set<() => void>>();

  constructor(options: HostFilesOptions) {
    this.#options = options;
  }

  /** The folder with all that this program sees. */
  show(name: string, viewer: Viewer): string {
    this.#viewers.set(name, viewer);
    viewer.life.onEnd(() => this.#viewers.delete(name));
    return join(this.#options.viewRoot, name);
  }

  open(path: string, flags: string | number, mode?: number): Promise<OpenFile> {
    const readsOnly = flags === 'r' || flags === 0;
    return this.#at(path, readsOnly ? 'read' : 'change', 'open', async (place) => {
      const file = await this.#options.files.open(place.path, flags, mode);
      if (!readsOnly) this.#changed(place.path);
      if (place.viewer.life.over) await file.close();
      return this.#openFile(place, file);
    });
  }

  readFile(path: string): Promise<Buffer>;
  readFile(path: string, encoding: 'utf8'): Promise<string>;
  readFile(path: string, encoding?: 'utf8'): Promise<Buffer | string> {
    const { files } = this.#options;
    return this.#at(
      path,
      'read',
      'open',
      (place): Promise<Buffer | string> =>
        encoding === undefined ? files.readFile(place.path) : files.readFile(place.path, encoding),
    );
  }

  readdir(path: string): Promise<string[]> {
    return this.#at(path, 'read', 'scandir', (place) => this.#options.files.readdir(place.path));
  }

  stat(path: string): ReturnType<Files['stat']> {
    return this.#at(path, 'read', 'stat', (place) => this.#options.files.stat(place.path));
  }

  mkdir(path: string, options?: { recursive?: boolean; mode?: number }): Promise<unknown> {
    return this.#at(path, 'look', 'mkdir', async (place) => {
      const there = await this.#isThere(place.path);
      if (!there) await this.#mayGrow(place, 1, 'mkdir');
      const made = await this.#options.files.mkdir(place.path, options);
      if (!there) this.#changed(place.path);
      return made;
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#at(from, 'change', 'rename', (place) =>
      this.#at(to, 'change', 'rename', async (target) => {
        await this.#options.files.rename(place.path, target.path);
        this.#changed(place.path);
        if (dirname(target.path) !== dirname(place.path)) this.#changed(target.path);
      }),
    );
  }

  rm(path: string, options?: { force?: boolean; recursive?: boolean }): Promise<void> {
    return this.#at(path, 'change', 'rm', async (place) => {
      await this.#options.files.rm(place.path, options);
      this.#changed(place.path);
    });
  }

  watchFolder(folder: string, onChange: () => void, onEnd: () => void): { stop(): void } {
    const place = this.#place(folder);
    if (place === undefined || place.viewer.life.over) throw fileError('ENOENT', 'watch', folder);
    const watches = this.#watches.get(place.path) ?? new Set();
    this.#watches.set(place.path, watches);
    watches.add(onChange);
    const stop = (): void => {
      watches.delete(onChange);
      if (watches.size === 0 && this.#watches.get(place.path) === watches) this.#watches.delete(place.path);
    };
    const forget = place.viewer.life.onEnd(() => {
      stop();
      onEnd();
    });
    return {
      stop: () => {
        forget();
        stop();
      },
    };
  }

  /** Something in the folder of this path is different. */
  #changed(path: string): void {
    for (const onChange of this.#watches.get(dirname(path)) ?? []) onChange();
  }

  /** Does it, unless the program is dead or the disk does not let it; a program that died meanwhile hears nothing. */
  #at<T>(
    path: string,
    access: 'look' | 'read' | 'change',
    call: string,
    work: (place: Place) => Promise<T>,
  ): Promise<T> {
    const place = this.#place(path);
    if (place === undefined || place.viewer.life.over) return never();
    const refused = refusalOf(place, access, call);
    return place.viewer.life.receive(refused === undefined ? work(place) : Promise.reject(refused));
  }

  #place(path: string): Place | undefined {
    const { viewRoot, hostsFolder, disks } = this.#options;
    const [name = '', area = '', ...rest] = path.slice(viewRoot.length + 1).split(separators);
    const viewer = this.#viewers.get(name);
    if (viewer === undefined) return undefined;
    const { host, id, mounts } = viewer.boot;
    const [home = '', ...below] = rest;
    const disk = area === 'quorum' && mounts.has(home) ? disks.get(home) : undefined;
    if (disk !== undefined) {
      const onDisk = below.join('/');
      return { viewer, path: `${disk.folder}${sep}${below.join(sep)}`, disk, onDisk };
    }
    const folder = area === 'run' ? `run${sep}${id}` : area;
    return { viewer, path: [hostsFolder, host, folder, ...rest].join(sep), onDisk: '' };
  }

  #openFile(place: Place, file: OpenFile): OpenFile {
    // A kernel closes what a program had open when it died.
    const keepsOpen = place.viewer.life.onEnd(() => void file.close().catch(() => undefined));
    const close = async (): Promise<void> => {
      keepsOpen();
      await file.close();
    };
    const through = <T>(access: 'read' | 'change', call: string, work: () => Promise<T>): Promise<T> => {
      if (place.viewer.life.over) return never();
      const refused = refusalOf(place, access, call);
      return place.viewer.life.receive(refused === undefined ? work() : Promise.reject(refused));
    };
    const write = (data: string | Uint8Array, work: () => Promise<unknown>): Promise<void> =>
      through('change', 'write', async () => {
        await this.#mayGrow(place, data.length, 'write');
        await work();
        this.#changed(place.path);
        if (place.disk === undefined) return;
        const text = typeof data === 'string' ? data : Buffer.from(data).toString('utf8');
        this.#options.onDiskWritten(place.disk.home, place.onDisk, text, place.viewer);
      });
    function readFile(): Promise<Buffer>;
    function readFile(encoding: 'utf8'): Promise<string>;
    function readFile(encoding?: 'utf8'): Promise<Buffer | string> {
      return through(
        'read',
        'read',
        (): Promise<Buffer | string> => (encoding === undefined ? file.readFile() : file.readFile(encoding)),
      );
    }
    return {
      readFile,
      stat: () => through('read', 'fstat', () => file.stat()),
      writeFile: (data) => write(data, () => file.writeFile(data)),
      appendFile: (data) => write(data, () => file.appendFile(data)),
      // In place, into blocks that are there: only `writeFile` and `appendFile` ask for room.
      write: (bytes, offset, length, position) =>
        through('change', 'write', () => file.write(bytes, offset, length, position)),
      truncate: (length) => through('change', 'ftruncate', () => file.truncate(length)),
      utimes: (accessed, modified) => through('change', 'futime', () => file.utimes(accessed, modified)),
      // An embedded host's power is not the machine's: what was written outlasts it without being flushed, which is slow.
      datasync: () => through('read', 'fdatasync', async () => undefined),
      sync: () => through('read', 'fsync', async () => undefined),
      close: () => (place.viewer.life.over ? never() : place.viewer.life.receive(close())),
    };
  }

  async #mayGrow(place: Place, bytes: number, call: string): Promise<void> {
    const { disk } = place;
    // Without filler nothing here comes near the size of a quorum disk.
    if (disk === undefined || disk.filler === 0) return;
    if ((await usedBytes(this.#options.files, disk)) + bytes > quorumDiskBytes)
      throw fileError('ENOSPC', call, place.path);
  }

  async #isThere(path: string): Promise<boolean> {
    try {
      await this.#options.files.stat(path);
      return true;
    } catch {
      return false;
    }
  }
}

function refusalOf(
  { disk, path }: Place,
  access: 'look' | 'read' | 'change',
  call: string,
): Error | undefined {
  switch (disk?.fault) {
    case undefined:
      return undefined;
    case 'read-only':
      return access === 'change' ? fileError('EROFS', call, path) : undefined;
    case 'unreadable':
    case 'gone':
      return fileError('EIO', call, path);
  }
}
