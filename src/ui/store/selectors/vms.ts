import type { Finding } from '../../../contract/finding.ts';
import type { QuorumDisksSection, StoredDefinition, Vm, VmState } from '../../../contract/hostState.ts';
import { keeper, memoize, memoizeEach } from '../memoize.ts';
import type { ConsoleState } from '../state.ts';
import { clusterKey } from './clusters.ts';
import { type HostIdentity, selectHosts } from './hosts.ts';
import { type MovedVm, selectMovedVms } from './takeovers.ts';

/** Whether the definition on the quorum disk could be used; `unknown`: the disk is out of the console's sight. */
export type SyncState = 'current' | 'stale' | 'never' | 'tampered' | 'unreadable' | 'unknown';

export interface VmInstance {
  host: HostIdentity;
  vm: Vm;
}

export interface VmRow {
  uuid: string;
  name: string;
  clusterKey: string | null;
  state: VmState;
  /** False: no live host tells of this VM; what is shown is the last that was known. */
  live: boolean;
  /** Since when the data may be wrong; null while live. */
  staleSince: number | null;
  /** The host it belongs to: the one it moved away from, else whose quorum disk holds it, else that defines it. */
  home: string;
  /** Set while it is away from home because a takeover or a move took it elsewhere: since when. */
  awaySince: number | null;
  /** Hosts it runs on. More than one is a disaster in the making. */
  runningOn: HostIdentity[];
  /** The instance whose figures are shown. */
  shown: VmInstance;
  instances: VmInstance[];
  sync: SyncState;
  savedAt: number | null;
  /** Whether a takeover could start it: its host has nothing against it, and its quorum disk holds what can be used. */
  protected: boolean;
  /** Why it is not protected, and what else is to be known. */
  findings: Finding[];
}

const alive: ReadonlySet<VmState> = new Set(['running', 'paused', 'shutting-down', 'suspended']);

/** Whether a VM in this state uses its disks. */
export const isAlive = (state: VmState) => alive.has(state);

interface Stored {
  home: string;
  state: SyncState;
  savedAt: number;
  /** Told by a host that is in touch. */
  live: boolean;
}

const storedOf = memoizeEach(storedOnHost);
const keptSight = keeper<{ homes: string[] }>();

const selectStored = memoize(
  [selectHosts, (state: ConsoleState) => state.sections.quorumDisks] as const,
  storedDefinitions,
);

const instancesOf = memoizeEach((host: HostIdentity, vms: readonly Vm[]): VmInstance[] =>
  vms.map((vm) => ({ host, vm })),
);
const mergedRows = memoizeEach(mergeVm);

/** All VMs of all hosts, merged by uuid within a cluster. Does not depend on load. */
export const selectVmRows = memoize(
  [
    selectHosts,
    (state: ConsoleState) => state.sections.vms,
    (state: ConsoleState) => state.sections.cluster,
    selectStored,
    selectMovedVms,
  ] as const,
  (hosts, vmSections, clusters, stored, moved): VmRow[] => {
    const told = new Map<string, [HostIdentity, readonly Vm[]]>();
    for (const host of Object.values(hosts)) told.set(host.id, [host, vmSections[host.id]?.vms ?? []]);
    const groups = new Map<string, Parameters<typeof mergeVm>>();
    for (const [hostId, instances] of instancesOf(told)) {
      const key = clusterKey(clusters[hostId]);
      for (const instance of instances) {
        const { uuid } = instance.vm;
        const id = `${key ?? hostId}/${uuid}`;
        const group = groups.get(id);
        if (group === undefined) {
          const { byUuid, sight } = stored;
          groups.set(id, [key, [instance], byUuid.get(uuid) ?? [], sight, moved[key ?? '']?.get(uuid)]);
        } else group[1].push(instance);
      }
    }
    return [...mergedRows(groups).values()];
  },
);

/** Rows of one cluster; null: of the hosts without a cluster. */
export function vmRowsOf(rows: VmRow[], key: string | null): VmRow[] {
  return rows.filter((row) => row.clusterKey === key);
}

/** Homes of the quorum disks that live hosts have mounted. */
interface Sight {
  homes: string[];
}

interface StoredIndex {
  /** What live hosts tell comes first. */
  byUuid: Map<string, Stored[]>;
  sight: Sight;
}

/** Of a host, by uuid. The objects stay the same until the host tells otherwise, so that only its VMs are looked at again. */
function storedOnHost(
  { freshness }: HostIdentity,
  section: QuorumDisksSection,
): { homes: string[]; definitions: [string, Stored][] } {
  const live = freshness === 'live';
  return {
    homes: live ? section.disks.map(({ home }) => home) : [],
    definitions: section.disks.flatMap(({ home, definitions }) =>
      definitions.map(({ uuid, state, savedAt }): [string, Stored] => [
        uuid,
        { home, state: believedState(state, live), savedAt, live },
      ]),
    ),
  };
}

function storedDefinitions(
  hosts: Record<string, HostIdentity>,
  sections: Record<string, QuorumDisksSection>,
): StoredIndex {
  const told = new Map<string, Parameters<typeof storedOnHost>>();
  for (const host of Object.values(hosts)) {
    const section = sections[host.id];
    if (section !== undefined) told.set(host.id, [host, section]);
  }
  const stored = [...storedOf(told).values()];
  const byUuid = new Map<string, Stored[]>();
  for (const [uuid, entry] of stored.flatMap(({ definitions }) => definitions)) {
    const others = byUuid.get(uuid) ?? [];
    byUuid.set(uuid, entry.live ? [entry, ...others] : [...others, entry]);
  }
  const sight = { homes: [...new Set(stored.flatMap(({ homes }) => homes))] };
  return { byUuid, sight: keptSight(new Map([['sight', sight]])).get('sight') ?? sight };
}

/** A host that is out of touch can accuse, but not vouch. */
function believedState(state: StoredDefinition['state'], live: boolean): SyncState {
  if (state === 'orphan') return 'stale';
  return state === 'current' && !live ? 'unknown' : state;
}

function mergeVm(
  key: string | null,
  instances: VmInstance[],
  definitions: readonly Stored[],
  sight: Sight,
  moved: MovedVm | undefined,
): VmRow | null {
  const live = instances.filter(({ host }) => host.freshness === 'live');
  const believed = live.length > 0 ? live : instances;
  const running = believed.filter(({ vm }) => isAlive(vm.state));
  const shown = running[0] ?? believed[0];
  if (shown === undefined) return null;
  const definition = definitions.find((entry) => entry.home === shown.host.name) ?? definitions[0];
  const storedAt = definition?.home ?? shown.host.name;
  const sync = definition?.state ?? (sight.homes.includes(storedAt) ? 'never' : 'unknown');
  const { protection } = shown.vm;
  const obstacle = storedObstacle(sync, storedAt, shown.vm.name);
  return {
    uuid: shown.vm.uuid,
    name: shown.vm.name,
    clusterKey: key,
    state: shown.vm.state,
    live: live.length > 0,
    staleSince: live.length > 0 ? null : shown.host.staleSince,
    home: moved?.home ?? storedAt,
    awaySince: moved?.at ?? null,
    runningOn: running.map(({ host }) => host),
    shown,
    instances,
    sync,
    savedAt: definition?.savedAt ?? null,
    protected: protection.protected && obstacle === null,
    findings: obstacle === null ? protection.findings : [obstacle, ...protection.findings],
  };
}

/** Why a takeover could not use what the quorum disk holds, wherever its disks are. */
function storedObstacle(sync: SyncState, home: string, vm: string): Finding | null {
  const about = { severity: 'error' as const, host: home, subject: vm };
  switch (sync) {
    case 'tampered':
      return {
        ...about,
        id: 'definition-tampered',
        title: 'Its saved definition was changed by someone else.',
        cause: 'Its signature does not fit the cluster key, so a takeover refuses to start it.',
        remedy: `Find out who can write to the quorum disk of ${home}, then sync that host to store it anew.`,
      };
    case 'unreadable':
      return {
        ...about,
        id: 'definition-unreadable',
        title: 'Its saved definition cannot be read.',
        cause: 'It is cut short or damaged, so a takeover could not start it.',
        remedy: `Sync ${home} now. If that does not help, check its quorum disk.`,
      };
    case 'never':
      return {
        ...about,
        id: 'definition-missing',
        title: 'Its definition has not been saved yet.',
        cause: `The quorum disk of ${home} does not hold it, so a takeover could not start it.`,
        remedy: `It is saved within seconds of its definition. If this lasts, sync ${home} and look at its problems.`,
      };
    case 'current':
    case 'stale':
    case 'unknown':
      return null;
  }
}
