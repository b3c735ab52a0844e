import { MinimeError } from '../../contract/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { JournalContent, JournalLine } from './journalEvents.ts';
import type { MovedVm } from './moved.ts';
import { before } from './patience.ts';
import type { RunRecord } from './runRecord.ts';
import type { Found } from './signedFile.ts';

/** A genuine definition, ready to be sent to the host that is to start it. */
export interface GoodDefinition {
  state: 'good';
  uuid: string;
  name: string;
  /** Bytes. */
  memory: number;
  vcpus: number;
  autostart: boolean;
  /** Unix milliseconds. */
  savedAt: number;
  /** As it lies on the disk. */
  file: Buffer;
}

export type HomeDefinition =
  | GoodDefinition
  | { state: 'tampered' | 'unreadable'; uuid: string; cause: string };

export type NewLine = Pick<JournalLine, 'id' | 'at' | 'event'>;

/** The quorum disk of a host, as a takeover uses it. Everything rejects if the disk cannot be read or written. */
export interface HomeDisk {
  readonly home: string;
  definitions(): Promise<HomeDefinition[]>;
  runRecord(): Promise<Found<RunRecord>>;
  moved(): Promise<MovedVm[]>;
  journal(): Promise<JournalContent>;
  /** On the disk when it resolves. */
  append(line: NewLine): Promise<void>;
  /** Starts the journal anew with these lines, atomically; the one before is kept aside. */
  beginJournal(lines: readonly NewLine[]): Promise<void>;
  /** Enters it in the list of moved VMs, then removes its definition. Can be repeated. */
  handOver(vm: MovedVm): Promise<void>;
}

/** The same disk; what takes longer than so many milliseconds is given up with `timeout`. */
export function patiently(clock: Clock, ms: number, disk: HomeDisk): HomeDisk {
  return {
    home: disk.home,
    definitions: () => before(clock, ms, disk.definitions()),
    runRecord: () => before(clock, ms, disk.runRecord()),
    moved: () => before(clock, ms, disk.moved()),
    journal: () => before(clock, ms, disk.journal()),
    append: (line) => before(clock, ms, disk.append(line)),
    beginJournal: (lines) => before(clock, ms, disk.beginJournal(lines)),
    handOver: (vm) => before(clock, ms, disk.handOver(vm)),
  };
}

export const gone = (home: string): MinimeError =>
  new MinimeError({
    kind: 'not-found',
    message: `The quorum disk of ${home} is not mounted here any more.`,
    cause: 'The cluster has moved it to another host.',
  });
