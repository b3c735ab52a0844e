import { join } from 'node:path';
import { MinimeError } from '../../contract/errors.ts';
import type { Finding } from '../../contract/finding.ts';
import type { QuorumDisksSection, StoredDefinition } from '../../contract/hostState.ts';
import { DefinitionStore, type Stored } from '../definitions/store.ts';
import { readdir, stat } from '../files.ts';
import { configIfGood, type Host } from '../host.ts';
import type { MountedDisk } from '../ports/quorumDisks.ts';
import { readSyncState } from '../sync/progress.ts';
import { readLastSync } from '../sync/record.ts';
import { within } from '../within.ts';
import { diskProblems } from './diskProblems.ts';
import { findingOf } from './system.ts';

type DiskState = QuorumDisksSection['disks'][number];

const answerTimeoutMs = 5000;

/** What a disk held when it last answered. */
interface Contents {
  size: number;
  used: number;
  lastSyncAt: number | null;
  stamp: string;
  stored: Stored[];
}

const nothing: Contents = { size: 0, used: 0, lastSyncAt: null, stamp: '', stored: [] };

/** Reads definitions only when their folder changed. A disk that hangs is asked once, and nothing more until it answers. */
export class QuorumDisksReader {
  readonly #host: Host;
  readonly #known = new Map<string, Contents>();
  readonly #asked = new Map<string, Promise<Contents>>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** `hashes`: what the hypervisor of this host has now, by uuid; undefined while it cannot be asked. */
  async read(hashes: ReadonlyMap<string, string> | undefined): Promise<QuorumDisksSection> {
    const mounted = await this.#host.quorumDisks.mounted();
    const disks = await Promise.all(mounted.map((disk) => this.#describe(disk, hashes)));
    if ((await configIfGood(this.#host)) === undefined) return { disks };
    return { sync: await readSyncState(this.#host), disks };
  }

  async #describe(disk: MountedDisk, hashes: ReadonlyMap<string, string> | undefined): Promise<DiskState> {
    const own = (await configIfGood(this.#host))?.nodeName === disk.home;
    const problems: Finding[] = [];
    try {
      const waited = `The quorum disk of ${disk.home} does not answer.`;
      this.#known.set(disk.home, await within(this.#ask(disk), answerTimeoutMs, waited));
    } catch (error) {
      if (!(error instanceof MinimeError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
      problems.push(findingOf(error, { id: 'quorum-disk-no-answer', severity: 'error', host: disk.home }));
    }
    const { size, used, lastSyncAt, stored } = this.#known.get(disk.home) ?? nothing;
    const definitions = stored.map((each) => describeStored(each, own ? hashes : undefined));
    const judged = diskProblems({
      disk,
      size,
      used,
      own,
      definitions,
      lastSyncAt,
      now: this.#host.clock.now(),
    });
    return {
      home: disk.home,
      source: disk.source,
      size,
      used,
      readOnly: disk.readOnly,
      lastSyncAt,
      definitions,
      problems: [...problems, ...judged],
    };
  }

  #ask(disk: MountedDisk): Promise<Contents> {
    const asked = this.#asked.get(disk.home) ?? this.#read(disk);
    this.#asked.set(disk.home, asked);
    const answered = (): void => void this.#asked.delete(disk.home);
    asked.then(answered, answered);
    return asked;
  }

  async #read({ home, folder }: MountedDisk): Promise<Contents> {
    const { size, used } = await this.#host.quorumDisks.usage(home);
    const lastSyncAt = await readLastSync(folder);
    const stamp = await stampOf(join(folder, 'definitions'));
    const known = this.#known.get(home);
    const stored = known?.stamp === stamp ? known.stored : await this.#stored(home, folder);
    return { size, used, lastSyncAt, stamp, stored };
  }

  async #stored(home: string, folder: string): Promise<Stored[]> {
    const config = await configIfGood(this.#host);
    if (config === undefined) return [];
    const key = await this.#host.clusterKey();
    return await new DefinitionStore({ folder, home, clusterId: config.clusterId, key }).list();
  }
}

/** Changes when any file of the folder does, in whatever way. */
async function stampOf(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort();
  const stamps = await Promise.all(
    names.map(async (name) => {
      const { size, ctimeMs, ino } = await stat(join(folder, name));
      return `${name}:${size}:${ctimeMs}:${ino}`;
    }),
  );
  return stamps.join('\n');
}

/** Without the hypervisor's word, a genuine definition counts as current: nothing speaks against it. */
function describeStored(stored: Stored, hashes: ReadonlyMap<string, string> | undefined): StoredDefinition {
  const { uuid } = stored;
  if (stored.state !== 'good') return { uuid, name: uuid, hash: '', savedAt: 0, state: stored.state };
  const { name, hash, savedAt } = stored.definition;
  const present = hashes?.get(uuid);
  const state =
    hashes === undefined || present === hash ? 'current' : present === undefined ? 'orphan' : 'stale';
  return { uuid, name, hash, savedAt, state };
}
