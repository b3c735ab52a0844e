import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { WorldClock } from '../time/worldClock.ts';
import type { Guest, Guests, Instance } from './guests.ts';

export interface GuestDisksOptions {
  clock: WorldClock;
  guests: Guests;
  /** Where a guest's disk really is. */
  pathOf: (guest: Guest) => string;
  onFailure: (guest: Guest, error: unknown) => void;
}

/** Sparse where the file system can do that by itself: nearly nothing of it is ever on the machine's disk. */
const diskBytes = (process.platform === 'win32' ? 1 : 64) * 1024 ** 2;
const noteBytes = 200;
const everyMs = 2_000;
/** With very many guests each writes less often, so that the machine's disk has other things to do as well. */
const mostAtOnce = 100;

/** What a guest has written on its disk. */
export interface GuestNote {
  count: number;
  host: string;
  at: number;
}

/** The disks of all guests, as files. A guest that runs counts on its own, and goes on counting wherever it runs next. */
export class GuestDisks {
  readonly #options: GuestDisksOptions;
  /** What is in a guest's memory is gone when it goes off. */
  readonly #counts = new WeakMap<Instance, number>();
  #timer: { cancel(): void } | undefined;
  #writing: Promise<void> = Promise.resolve();
  #next = 0;

  constructor(options: GuestDisksOptions) {
    this.#options = options;
  }

  /** Makes those that are not there yet. */
  async prepare(): Promise<void> {
    const { guests, pathOf } = this.#options;
    for (const guest of guests.all()) {
      const path = pathOf(guest);
      await mkdir(dirname(path), { recursive: true });
      await withFile(path, 'a', async (file) => {
        if ((await file.stat()).size < diskBytes) await file.truncate(diskBytes);
      });
    }
  }

  start(): void {
    const { clock, guests } = this.#options;
    const all = guests.all();
    const turn = (): void => {
      const due = Array.from(
        { length: Math.min(all.length, mostAtOnce) },
        () => all[this.#next++ % all.length],
      );
      this.#writing = this.#writing.then(() => this.#write(due.filter((guest) => guest !== undefined)));
      this.#timer = clock.after(everyMs, turn);
    };
    if (all.length > 0) this.#timer = clock.after(everyMs, turn);
  }

  /** Resolves when nothing is written any more. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#writing;
  }

  async #write(guests: readonly Guest[]): Promise<void> {
    for (const guest of guests) {
      if (guest.holder?.state !== 'running') continue;
      try {
        await this.#count(guest, guest.holder);
      } catch (error) {
        this.#options.onFailure(guest, error);
      }
    }
  }

  async #count(guest: Guest, running: Instance): Promise<void> {
    await withFile(this.#options.pathOf(guest), 'r+', async (file) => {
      const count = (this.#counts.get(running) ?? (await readNote(file))?.count ?? 0) + 1;
      this.#counts.set(running, count);
      const note: GuestNote = { count, host: running.boot.host, at: this.#options.clock.now() };
      await file.write(`${JSON.stringify(note)}\n`, 0);
    });
  }
}

export const readGuestDisk = (path: string): Promise<GuestNote | undefined> => withFile(path, 'r', readNote);

async function readNote(file: FileHandle): Promise<GuestNote | undefined> {
  const bytes = Buffer.alloc(noteBytes);
  await file.read(bytes, 0, noteBytes, 0);
  const text = bytes.toString('utf8');
  const end = text.indexOf('\n');
  return end < 0 ? undefined : (JSON.parse(text.slice(0, end)) as GuestNote);
}

async function withFile<T>(path: string, flags: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags, 0o600);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}
