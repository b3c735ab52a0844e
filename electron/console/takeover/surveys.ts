import type { HostView } from '../../../src/contract/consoleApi.ts';
import type { Finding } from '../../../src/contract/finding.ts';
import type { LoadSection, StoredDefinition, Vm, VmState } from '../../../src/contract/hostState.ts';
import { memoryNeeded } from '../../../src/contract/survey.ts';
import type { SilentHost, SurveyedHost } from '../../../src/planner/fromSurveys.ts';
import type { ClusterState, KnownHost } from './clusterState.ts';

/** States in which a VM holds memory, and would be missed if its host failed. */
const alive: ReadonlySet<VmState> = new Set(['running', 'paused', 'shutting-down', 'suspended']);

export interface Surveys {
  surveys: SurveyedHost[];
  silent: SilentHost[];
  /** Hosts of which it is not known what runs there. */
  problems: Finding[];
}

/**
 * What the hosts told last, as a survey would have it. What ran on a host that is no member counts only if that host is
 * one of `failed`: otherwise a takeover has dealt with it, or is about to.
 */
export function surveysOf(state: ClusterState, failed: readonly string[] = []): Surveys {
  const result: Surveys = { surveys: [], silent: [], problems: [] };
  const runsOnline = new Set(
    state.hosts.flatMap(({ view, online }) => (online && view !== null ? runningVms(view) : []).map(uuidOf)),
  );
  const obstacles = storedObstacles(state);
  for (const host of state.hosts) {
    const unavailable = unavailableReason(state, host);
    const { view } = host;
    const load = view?.sections.load;
    if (view === null || load === undefined || view.sections.vms === undefined) {
      result.silent.push({ host: host.name, unavailable: unavailable ?? 'the console has no figures of it' });
      if (host.member !== false) result.problems.push(unknownHost(host));
      continue;
    }
    const counts = host.member !== false || failed.includes(host.name);
    const { memoryTotal, memoryFree, cores, cpuPercent } = load;
    result.surveys.push({
      host: host.name,
      memoryTotal,
      memoryFree,
      cores,
      cpuPercent,
      ...(unavailable === undefined ? {} : { unavailable }),
      running: (counts ? runningVms(view) : [])
        // Where a host is out of touch, one that is not knows better where a VM runs.
        .filter((vm) => host.online || !runsOnline.has(vm.uuid))
        .map((vm) => surveyedVm(vm, load.vms[vm.uuid], obstacles(host.name, vm.uuid))),
    });
  }
  return result;
}

const uuidOf = (vm: Vm): string => vm.uuid;

const runningVms = ({ sections }: HostView): Vm[] =>
  (sections.vms?.vms ?? []).filter((vm) => alive.has(vm.state));

function surveyedVm(
  vm: Vm,
  load: LoadSection['vms'][string] | undefined,
  obstacle: string | undefined,
): SurveyedHost['running'][number] {
  const unprotected = obstacle ?? unprotectedReason(vm);
  return {
    uuid: vm.uuid,
    name: vm.name,
    memory: memoryNeeded(vm.memory, load?.memoryUsed),
    vcpus: vm.vcpus,
    ...(load === undefined ? {} : { cpuPercent: load.cpuPercent }),
    starting: false,
    ...(unprotected === undefined ? {} : { unprotected }),
  };
}

/**
 * Why a takeover could not use the definition of a VM (uuid) of a host, by what its quorum disk holds. Nothing for one whose disk
 * no online host has mounted: it is then not known.
 */
function storedObstacles(state: ClusterState): (host: string, uuid: string) => string | undefined {
  const stored = new Map<string, Map<string, StoredDefinition['state']>>();
  for (const { view, online } of state.hosts) {
    for (const { home, definitions } of online ? (view?.sections.quorumDisks?.disks ?? []) : []) {
      stored.set(home, new Map(definitions.map((one) => [one.uuid, one.state])));
    }
  }
  return (host, uuid) => {
    const disk = stored.get(host);
    if (disk === undefined) return undefined;
    switch (disk.get(uuid)) {
      case undefined:
        return 'its definition has not been saved yet';
      case 'tampered':
        return 'its saved definition was changed by someone else';
      case 'unreadable':
        return 'its saved definition cannot be read';
      case 'current':
      case 'stale':
      case 'orphan':
        return undefined;
    }
  };
}

function unprotectedReason({ protection }: Vm): string | undefined {
  if (protection.protected) return undefined;
  const first = protection.findings.find((finding) => finding.severity === 'error');
  return first === undefined ? 'it is not protected' : afterColon(first.title);
}

/** A title as it stands after a colon: no full stop, and no capital unless the word needs it (CPU). */
const afterColon = (title: string): string =>
  title.replace(/\.$/, '').replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase());

/** Why a host takes no VM, to stand after its name and a colon; the reason that others follow from comes first. */
function unavailableReason(
  state: ClusterState,
  { name, view, online, member }: KnownHost,
): string | undefined {
  if (state.maintenance.has(name)) return 'it is in maintenance';
  if (member === false) return 'it is not a member of the cluster now';
  if (view === null) return 'it is not in the inventory of this console, so its figures are not known';
  if (!online) return 'the console is not connected to it, so its figures are old';
  if (view.sections.system?.hypervisor.reachable === false) return 'its hypervisor does not answer';
  return undefined;
}

function unknownHost({ name, view }: KnownHost): Finding {
  return {
    id: 'host-figures-unknown',
    severity: 'warning',
    host: name,
    title: `What runs on ${name} is not known to this console.`,
    cause: 'So it cannot be told what its failure would mean, and it is taken to have no room for other VMs.',
    remedy: view === null ? `Add ${name} to the console.` : `Connect to ${name}.`,
  };
}
