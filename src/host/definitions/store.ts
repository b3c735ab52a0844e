import { join } from 'node:path';
import { z } from 'zod';
import { mkdir, open, rename, rm, stat } from '../files.ts';
import { namesIn } from '../filesIfThere.ts';
import { type AtomicSteps, diskSteps, writeAtomically } from './atomicFile.ts';
import { type Definition, decodeDefinition, encodeDefinition, type Verdict } from './format.ts';

const ending = '.json';
/** A definition with UEFI variables takes some 100 KiB. A file beyond this is none, and is not read. */
const maximumFile = 64 * 1024 * 1024;
/** Removed definitions kept in case they are missed. */
const keepRemoved = 20;

export interface StoreOptions {
  /** Mount point of a quorum disk. */
  folder: string;
  /** Node name of the host whose quorum disk it is. */
  home: string;
  clusterId: string;
  key: Buffer;
  steps?: AtomicSteps;
}

export type Stored = { uuid: string } & Verdict;

/** The definitions on one quorum disk. What cannot be proved to belong there is never returned as a definition. */
export class DefinitionStore {
  readonly #options: StoreOptions;
  readonly #definitions: string;
  readonly #temporary: string;
  readonly #removed: string;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#definitions = join(options.folder, 'definitions');
    this.#temporary = join(options.folder, 'tmp');
    this.#removed = join(options.folder, 'removed');
  }

  /** Makes the folders, and removes what a crash left half-written. Only for whoever holds the sync lock. */
  async prepare(): Promise<void> {
    for (const folder of [this.#definitions, this.#temporary])
      await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await namesIn(this.#temporary)) await rm(join(this.#temporary, name), { force: true });
  }

  async list(): Promise<Stored[]> {
    const names = await namesIn(this.#definitions);
    const uuids = names
      .filter((name) => name.endsWith(ending))
      .map((name) => name.slice(0, -ending.length))
      .filter((uuid) => z.uuid().safeParse(uuid).success);
    const stored: Stored[] = [];
    for (const uuid of uuids.sort()) stored.push({ uuid, ...(await this.read(uuid)) });
    return stored;
  }

  /** Rejects only if the disk cannot be read at all. */
  async read(uuid: string): Promise<Verdict> {
    const bytes = await readBounded(this.#pathOf(uuid));
    if (bytes === undefined) return { state: 'unreadable', cause: 'It is far too big for a definition.' };
    const verdict = decodeDefinition(bytes, this.#options.key);
    if (verdict.state !== 'good') return verdict;
    const { definition } = verdict;
    const { clusterId, home } = this.#options;
    if (definition.uuid === uuid && definition.host === home && definition.clusterId === clusterId)
      return verdict;
    return {
      state: 'tampered',
      cause: `It is the definition of ${definition.name} of ${definition.host}, put here.`,
    };
  }

  /** Atomic: if it rejects, the old definition still stands. */
  async write(definition: Definition): Promise<void> {
    const { key, steps = diskSteps } = this.#options;
    const temporary = join(this.#temporary, definition.uuid);
    await writeAtomically(this.#pathOf(definition.uuid), temporary, encodeDefinition(definition, key), steps);
  }

  /** Moved aside rather than deleted; the oldest of those go. */
  async remove(uuid: string): Promise<void> {
    await mkdir(this.#removed, { recursive: true, mode: 0o700 });
    await rename(this.#pathOf(uuid), join(this.#removed, `${uuid}${ending}`));
    await diskSteps.flushFolder(this.#definitions);
    await this.#thinRemoved(keepRemoved);
  }

  /** Frees what removed definitions take up; true if there was something. */
  async dropRemoved(): Promise<boolean> {
    return await this.#thinRemoved(0);
  }

  async #thinRemoved(keep: number): Promise<boolean> {
    const files = await Promise.all(
      (await namesIn(this.#removed)).map(async (name) => {
        const path = join(this.#removed, name);
        return { path, changedAt: (await stat(path)).ctimeMs };
      }),
    );
    const surplus = files.sort((a, b) => b.changedAt - a.changedAt).slice(keep);
    for (const { path } of surplus) await rm(path, { force: true });
    return surplus.length > 0;
  }

  #pathOf(uuid: string): string {
    return join(this.#definitions, `${z.uuid().parse(uuid)}${ending}`);
  }
}

/** Undefined if it is too big. */
async function readBounded(path: string): Promise<Buffer | undefined> {
  const file = await open(path, 'r');
  try {
    return (await file.stat()).size > maximumFile ? undefined : await file.readFile();
  } finally {
    await file.close();
  }
}
