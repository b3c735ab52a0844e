import type { Finding } from '../../contract/finding.ts';
import type { Policy } from '../../contract/policy.ts';
import type { WantedVm } from '../../contract/survey.ts';
import { restartOrder } from '../../planner/restartOrder.ts';
import type { BoardVm, Phase } from './board.ts';
import type { HomeDefinition } from './homeDisk.ts';
import type { MovedVm } from './moved.ts';
import type { JournaledVm, JournalState } from './replay.ts';
import type { RunRecord } from './runRecord.ts';
import type { Found } from './signedFile.ts';

/** A quorum disk as it was read. */
export interface HomeView {
  home: string;
  definitions: readonly HomeDefinition[];
  record: Found<RunRecord>;
  moved: readonly MovedVm[];
  /** Of the takeover that goes on; undefined: it begins. */
  journal: JournalState | undefined;
  /** VMs that are wanted although the record does not say so. */
  alsoWanted?: ReadonlySet<string>;
  /** Where VMs ran that could not be handed over, by uuid. */
  lastKnown?: ReadonlyMap<string, string>;
  /** What an unusable record means: all VMs are wanted, or none but `alsoWanted`. */
  withoutRecord: 'all' | 'none';
}

export interface ReadHomes {
  vms: BoardVm[];
  findings: Finding[];
}

/**
 * | in the run record | definition | |
 * |---|---|---|
 * | yes | genuine | wanted |
 * | yes | tampered, cut short | refused |
 * | yes | none, and known as moved | not of this takeover |
 * | yes | none | refused: there is nothing to start |
 * | no | any | not wanted |
 *
 * A VM that was moved after the record was written is not wanted either. What lies on several disks (it was handed over
 * when the next host died) counts once, with the newest definition.
 */
export function readHomes(views: readonly HomeView[], policy: Policy): ReadHomes {
  const findings = views.flatMap(findingsOf);
  const byUuid = new Map<string, { vm: Draft; savedAt: number }>();
  for (const view of views) {
    for (const { savedAt, ...draft } of draftsOf(view)) {
      const known = byUuid.get(draft.uuid);
      if (known === undefined) byUuid.set(draft.uuid, { vm: draft, savedAt });
      else byUuid.set(draft.uuid, merge(known, { vm: draft, savedAt }));
    }
  }
  const drafts = [...byUuid.values()].map(({ vm }) => vm);
  const vms = restartOrder(policy, drafts).map(({ vm, tier }) => ({ ...vm, tier }));
  return { vms, findings };
}

type Draft = Omit<BoardVm, 'tier'>;

function draftsOf(view: HomeView): (Draft & { savedAt: number })[] {
  const definitions = new Map(view.definitions.map((each) => [each.uuid, each]));
  const wanted = wantedIn(view);
  const uuids = new Set([...wanted.keys(), ...definitions.keys(), ...(view.journal?.vms.keys() ?? [])]);
  const drafts: (Draft & { savedAt: number })[] = [];
  for (const uuid of uuids) {
    const journaled = view.journal?.vms.get(uuid);
    const definition = definitions.get(uuid);
    const figures = wanted.get(uuid);
    const name =
      figures?.name ?? (definition?.state === 'good' ? definition.name : (journaled?.name ?? uuid));
    const good = definition?.state === 'good' ? definition : undefined;
    const planned = view.journal?.planned.get(uuid);
    const base: Draft & { savedAt: number } = {
      uuid,
      name,
      homes: [view.home],
      figures: figures ?? { uuid, name, memory: good?.memory ?? 0, vcpus: good?.vcpus ?? 1 },
      phase: 'not-wanted',
      attempts: journaled?.attempts.map((attempt) => ({ ...attempt })) ?? [],
      excluded: excludedBy(journaled),
      reasons: [],
      handed: new Set(),
      savedAt: good?.savedAt ?? 0,
      ...(planned === undefined ? {} : { planned }),
      ...(good === undefined ? {} : { definition: good.file }),
    };
    const judged = judge(figures !== undefined, definition, journaled);
    const lastHost = view.lastKnown?.get(uuid);
    const mayRun = judged.phase === 'to-plan' && lastHost !== undefined && lastHost !== view.home;
    const { phase, reason, host }: Judgement = mayRun ? { phase: 'to-check', host: lastHost } : judged;
    if (phase === undefined) continue;
    if (phase === 'handed') base.handed.add(view.home);
    drafts.push({
      ...base,
      phase,
      reasons: reason === undefined ? [] : [reason],
      ...(host === undefined ? {} : { host }),
      ...(phase === 'handed' && journaled?.handedAt !== undefined
        ? { runningAt: runningAtOf(journaled) ?? journaled.handedAt }
        : {}),
    });
  }
  return drafts;
}

interface Judgement {
  /** Undefined: it is not of this takeover. */
  phase?: Phase;
  reason?: string;
  host?: string;
}

function judge(
  wanted: boolean,
  definition: HomeDefinition | undefined,
  journaled: JournaledVm | undefined,
): Judgement {
  if (journaled?.handedTo !== undefined) return { phase: 'handed', host: journaled.handedTo };
  if (journaled !== undefined && journaled.state !== 'free' && journaled.host !== undefined) {
    return { phase: 'to-check', host: journaled.host };
  }
  if (!wanted && journaled === undefined) {
    if (definition === undefined) return {};
    return { phase: 'not-wanted', reason: 'It did not run before the failure.' };
  }
  if (definition === undefined) {
    return { phase: 'refused', reason: 'Its definition is not on the quorum disk.' };
  }
  if (definition.state === 'good') return { phase: 'to-plan' };
  const what = definition.state === 'tampered' ? 'is not genuine' : 'cannot be read';
  return { phase: 'refused', reason: `Its definition ${what}. ${definition.cause}` };
}

function wantedIn(view: HomeView): Map<string, WantedVm> {
  const { record, moved, definitions } = view;
  const wanted = new Map<string, WantedVm>();
  const defined = new Set(definitions.map(({ uuid }) => uuid));
  const figuresOf = (uuid: string): WantedVm | undefined => {
    const definition = definitions.find((each) => each.uuid === uuid);
    if (definition === undefined) return undefined;
    if (definition.state !== 'good') return { uuid, name: uuid, memory: 0, vcpus: 1 };
    const { name, memory, vcpus } = definition;
    return { uuid, name, memory, vcpus };
  };
  const entries = new Map(moved.map((entry) => [entry.uuid, entry]));
  const isAway = (uuid: string, since: number): boolean => {
    const entry = entries.get(uuid);
    return entry !== undefined && (!defined.has(uuid) || entry.at >= since);
  };
  if (record.state === 'good') {
    for (const vm of record.value.vms) if (!isAway(vm.uuid, record.value.at)) wanted.set(vm.uuid, vm);
  }
  const also = new Set(view.alsoWanted);
  if (record.state !== 'good' && view.withoutRecord === 'all') for (const uuid of defined) also.add(uuid);
  for (const uuid of also) {
    const figures = wanted.has(uuid) || entries.has(uuid) ? undefined : figuresOf(uuid);
    if (figures !== undefined) wanted.set(uuid, figures);
  }
  return wanted;
}

const excludedBy = (journaled: JournaledVm | undefined): BoardVm['excluded'] =>
  (journaled?.attempts ?? [])
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'hung')
    .map(({ host, outcome, reason }) => ({ host, reason: exclusionText(outcome ?? 'failed', reason) }));

export const exclusionText = (outcome: string, reason: string | undefined): string =>
  `its start there ${outcome === 'hung' ? 'was given up' : 'failed'}${reason === undefined ? '' : ` (${reason.replace(/\.$/, '')})`}`;

const runningAtOf = ({ attempts }: JournaledVm): number | undefined =>
  attempts.findLast(({ outcome }) => outcome === 'running')?.endedAt;

/** How much is known of a VM by a disk: the disk that knows most decides. */
const weight: Record<Phase, number> = {
  'to-check': 6,
  refused: 3,
  'to-plan': 5,
  handed: 2,
  'not-wanted': 1,
  planned: 5,
  starting: 5,
  running: 5,
  elsewhere: 5,
  down: 4,
};

function merge(
  one: { vm: Draft; savedAt: number },
  other: { vm: Draft; savedAt: number },
): { vm: Draft; savedAt: number } {
  const heavier = weight[other.vm.phase] > weight[one.vm.phase];
  const newer = other.savedAt > one.savedAt && other.vm.definition !== undefined;
  const [lead, rest] = heavier ? [other, one] : [one, other];
  const source = newer || one.vm.definition === undefined ? other : one;
  const { definition } = source.vm;
  const homes = [...new Set([...source.vm.homes, ...one.vm.homes, ...other.vm.homes])];
  return {
    savedAt: source.savedAt,
    vm: {
      ...lead.vm,
      homes,
      figures: source.vm.figures,
      attempts: [...lead.vm.attempts, ...rest.vm.attempts].sort((a, b) => a.startedAt - b.startedAt),
      excluded: [...lead.vm.excluded, ...rest.vm.excluded],
      handed: new Set([...lead.vm.handed, ...rest.vm.handed]),
      ...(definition === undefined ? {} : { definition }),
    },
  };
}

function findingsOf({ home, record, definitions, withoutRecord }: HomeView): Finding[] {
  const findings: Finding[] = definitions.flatMap((each) =>
    each.state === 'good'
      ? []
      : [
          {
            id: `definition-${each.state}`,
            severity: 'error' as const,
            host: home,
            subject: each.uuid,
            title: `The definition of ${each.uuid} on the quorum disk of ${home} is not believed.`,
            cause: each.cause,
            remedy: 'Find out who can write to the shared storage; define the VM by hand where it is to run.',
          },
        ],
  );
  if (record.state === 'good' || (record.state === 'missing' && withoutRecord === 'none')) return findings;
  findings.push({
    id: 'run-record-unusable',
    severity: 'error',
    host: home,
    title: `Nothing tells which VMs of ${home} ran.`,
    cause: record.state === 'missing' ? `There is no run record on its quorum disk.` : record.cause,
    remedy:
      withoutRecord === 'all'
        ? 'All its VMs are started, rather one too many than one lost: shut down those that should be off.'
        : 'None is started by itself: start those that should run.',
  });
  return findings;
}
