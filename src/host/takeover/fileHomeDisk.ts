import { join } from 'node:path';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { DefinitionStore } from '../definitions/store.ts';
import { mkdir, open, readFile } from '../files.ts';
import { goodDefinition } from './goodDefinition.ts';
import type { HomeDefinition, HomeDisk, NewLine } from './homeDisk.ts';
import { emptyJournal, type JournalContent } from './journalEvents.ts';
import { journalLineText, parseJournal } from './journalText.ts';
import { changeMoved, type MovedVm, movedOrNone, withMoved } from './moved.ts';
import { type RunRecord, readRunRecord } from './runRecord.ts';
import type { DiskKey, Found } from './signedFile.ts';

/** A mounted quorum disk. Its journal has one writer: whoever holds the takeover lock of this host. */
export class FileHomeDisk implements HomeDisk {
  readonly home: string;
  readonly #disk: DiskKey;
  readonly #store: DefinitionStore;
  readonly #folder: string;
  readonly #path: string;
  /** Undefined until the journal was read. */
  #next: number | undefined;
  #torn = false;
  #appending: Promise<void> = Promise.resolve();

  constructor(disk: DiskKey) {
    this.home = disk.home;
    this.#disk = disk;
    this.#store = new DefinitionStore(disk);
    this.#folder = join(disk.folder, 'takeover');
    this.#path = join(this.#folder, 'journal.jsonl');
  }

  async definitions(): Promise<HomeDefinition[]> {
    return (await this.#store.list()).map((stored) => {
      if (stored.state !== 'good') return { uuid: stored.uuid, state: stored.state, cause: stored.cause };
      return goodDefinition(stored.definition, this.#disk.key);
    });
  }

  runRecord(): Promise<Found<RunRecord>> {
    return readRunRecord(this.#disk);
  }

  moved(): Promise<MovedVm[]> {
    return movedOrNone(this.#disk);
  }

  async journal(): Promise<JournalContent> {
    const text = await this.#read();
    const content = text === '' ? emptyJournal : parseJournal(text, this.#disk);
    this.#next = (content.lines.at(-1)?.seq ?? 0) + 1;
    this.#torn = text !== '' && !text.endsWith('\n');
    return content;
  }

  append(line: NewLine): Promise<void> {
    const appended = this.#appending.then(() => this.#append(line));
    this.#appending = appended.catch(() => undefined);
    return appended;
  }

  beginJournal(lines: readonly NewLine[]): Promise<void> {
    const begun = this.#appending.then(() => this.#begin(lines));
    this.#appending = begun.catch(() => undefined);
    return begun;
  }

  async handOver(vm: MovedVm): Promise<void> {
    await this.#withRoom(() => changeMoved(this.#disk, (moved) => withMoved(moved, vm)));
    try {
      await this.#store.remove(vm.uuid);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  async #append(line: NewLine): Promise<void> {
    if (this.#next === undefined) await this.journal();
    const seq = this.#next ?? 1;
    // Also if it fails: what was written of it may be whole.
    this.#next = seq + 1;
    const text = this.#text(line, seq);
    await this.#withRoom(() => this.#write(this.#torn ? `\n${text}` : text));
  }

  async #begin(lines: readonly NewLine[]): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await this.#keepLast();
    const text = lines.map((line, index) => this.#text(line, index + 1)).join('');
    await this.#withRoom(() =>
      writeAtomically(this.#path, join(this.#folder, 'journal.new'), Buffer.from(text)),
    );
    this.#next = lines.length + 1;
    this.#torn = false;
  }

  /** A copy, since a rename would leave a moment without any journal. */
  async #keepLast(): Promise<void> {
    const text = await this.#read();
    if (text === '') return;
    const path = join(this.#folder, 'journal.last.jsonl');
    try {
      await writeAtomically(path, `${path}.new`, Buffer.from(text));
    } catch (error) {
      // Only for people to read: a full disk does without.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }

  async #write(text: string): Promise<void> {
    const file = await open(this.#path, 'a', 0o600);
    try {
      // A line that failed half-way is ended before the next one begins.
      this.#torn = true;
      await file.writeFile(text);
      await file.datasync();
      this.#torn = false;
    } finally {
      await file.close();
    }
  }

  /** On a full disk, what is kept only in case it is missed makes room. */
  async #withRoom(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC' || !(await this.#store.dropRemoved()))
        throw error;
      await work();
    }
  }

  #text(line: NewLine, seq: number): string {
    const { home, clusterId } = this.#disk;
    return journalLineText({ clusterId, home, seq, ...line }, this.#disk);
  }

  async #read(): Promise<string> {
    try {
      return await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    }
  }
}
