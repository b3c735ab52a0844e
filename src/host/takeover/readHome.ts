import type { Finding } from '../../contract/finding.ts';
import type { GoodDefinition, HomeDefinition, HomeDisk } from './homeDisk.ts';
import { journalRejected } from './problems.ts';
import { type JournalState, replay } from './replay.ts';
import type { HomeView } from './wanted.ts';

export interface HomeContents {
  view: HomeView;
  /** Of the last takeover, whether or not it has ended. */
  journal: JournalState | undefined;
  findings: Finding[];
}

export interface ReadOptions {
  /** VMs that are wanted in any case. */
  alsoWanted?: ReadonlySet<string>;
  withoutRecord: HomeView['withoutRecord'];
  /** Where VMs ran that could not be handed over, by uuid. */
  lastKnown?: ReadonlyMap<string, string>;
  /** A record of this boot wants nothing: what does not run was stopped since. */
  presentBoot?: string;
  /** At home: what the hypervisor here has of a VM whose definition on the disk is damaged or not there. */
  ownDefinition?: (uuid: string) => Promise<GoodDefinition | undefined>;
}

/** Everything that a takeover needs of a quorum disk. Rejects if the disk cannot be read. */
export async function readHome(disk: HomeDisk, options: ReadOptions): Promise<HomeContents> {
  const { lines, rejected } = await disk.journal();
  const journal = replay(lines);
  const [stored, found, moved] = await Promise.all([disk.definitions(), disk.runRecord(), disk.moved()]);
  const present = found.state === 'good' && found.value.bootId === options.presentBoot;
  const record = present ? { ...found, value: { ...found.value, vms: [] } } : found;
  const ran = record.state === 'good' ? record.value.vms.map(({ uuid }) => uuid) : [];
  const away = new Set(moved.map(({ uuid }) => uuid));
  const wanted = [...ran, ...(options.alsoWanted ?? [])].filter((uuid) => !away.has(uuid));
  const definitions = await completed(stored, wanted, options.ownDefinition);
  return {
    journal,
    view: {
      home: disk.home,
      definitions,
      record,
      moved,
      journal: journal?.ended === false ? journal : undefined,
      withoutRecord: options.withoutRecord,
      ...(options.lastKnown === undefined ? {} : { lastKnown: options.lastKnown }),
      ...(options.alsoWanted === undefined ? {} : { alsoWanted: options.alsoWanted }),
    },
    findings: rejected.map(({ line, cause }) => journalRejected(disk.home, line, cause)),
  };
}

async function completed(
  stored: readonly HomeDefinition[],
  wanted: readonly string[],
  ownDefinition: ReadOptions['ownDefinition'],
): Promise<HomeDefinition[]> {
  const byUuid = new Map(stored.map((each) => [each.uuid, each]));
  for (const uuid of wanted) {
    if (byUuid.get(uuid)?.state === 'good') continue;
    const own = await ownDefinition?.(uuid);
    if (own !== undefined) byUuid.set(uuid, own);
  }
  return [...byUuid.values()];
}
