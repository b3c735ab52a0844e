import type { HomeDefinition, HomeDisk, NewLine } from '../homeDisk.ts';
import type { JournalContent, JournalEvent, JournalLine } from '../journalEvents.ts';
import { type MovedVm, withMoved } from '../moved.ts';
import type { RunRecord } from '../runRecord.ts';
import type { Found } from '../signedFile.ts';

/** A quorum disk in memory. It outlasts whoever has it mounted. */
export class FakeDisk implements HomeDisk {
  readonly home: string;
  mountedOn: string;
  defs = new Map<string, HomeDefinition>();
  record: Found<RunRecord> = { state: 'missing' };
  movedVms: MovedVm[] = [];
  lines: JournalLine[] = [];
  /** What the disk does not do any more. */
  broken: 'nothing' | 'writing' | 'everything' = 'nothing';
  /** Called before a line is on the disk, and again when it is. */
  onAppend: (event: JournalEvent, when: 'before' | 'after') => Promise<void> = () => Promise.resolve();

  constructor(home: string) {
    this.home = home;
    this.mountedOn = home;
  }

  async definitions(): Promise<HomeDefinition[]> {
    this.#read();
    return [...this.defs.values()];
  }

  async runRecord(): Promise<Found<RunRecord>> {
    this.#read();
    return this.record;
  }

  async moved(): Promise<MovedVm[]> {
    this.#read();
    return this.movedVms;
  }

  async journal(): Promise<JournalContent> {
    this.#read();
    return { lines: [...this.lines], rejected: [] };
  }

  async append(line: NewLine): Promise<void> {
    await this.onAppend(line.event, 'before');
    this.#write();
    this.lines.push({ ...line, clusterId: 'c1', home: this.home, seq: this.lines.length + 1 });
    await this.onAppend(line.event, 'after');
  }

  async beginJournal(lines: readonly NewLine[]): Promise<void> {
    const [first] = lines;
    if (first !== undefined) await this.onAppend(first.event, 'before');
    this.#write();
    this.lines = lines.map((line, index) => ({ ...line, clusterId: 'c1', home: this.home, seq: index + 1 }));
    if (first !== undefined) await this.onAppend(first.event, 'after');
  }

  async handOver(vm: MovedVm): Promise<void> {
    this.#write();
    this.movedVms = withMoved(this.movedVms, vm);
    this.defs.delete(vm.uuid);
  }

  #read(): void {
    if (this.broken === 'everything') throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
  }

  #write(): void {
    this.#read();
    if (this.broken === 'writing') {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    }
  }
}
