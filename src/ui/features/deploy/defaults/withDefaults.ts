import type { HostFacts } from '../../../../contract/deployment.ts';
import type { DeployDraft, DraftPart } from '../draft.ts';
import { assignDevices, commonDevices, poisonPillCandidates, quorumDiskCandidates } from './devices.ts';
import { proposedNetworks } from './networks.ts';

export interface DefaultsInput {
  /** Of the chosen hosts; a host that did not answer is missing. */
  facts: HostFacts[];
  /** Addresses at which the console reaches the hosts. */
  consoleAddresses: string[];
  /** Names of clusters that are known already. */
  takenNames: string[];
}

/**
 * Fills in what the hosts' facts suggest, wherever the admin has not decided otherwise. Run again whenever hosts or
 * facts change; what was touched stays, and hosts that are new get what is missing for them.
 */
export function withDefaults(draft: DeployDraft, input: DefaultsInput): DeployDraft {
  const facts = draft.hostIds.flatMap((id) => input.facts.find((host) => host.hostId === id) ?? []);
  if (facts.length === 0) return draft;
  const free = (part: DraftPart) => !draft.touched.includes(part);
  const next = { ...draft };
  if (free('clusterName')) next.clusterName = freeName(draft.clusterName, input.takenNames);
  next.nodeNames = defaultNodeNames(facts, free('nodeNames') ? {} : draft.nodeNames);
  if (free('links')) {
    next.links = proposedNetworks(facts, input.consoleAddresses).map(({ network, addresses }) => ({
      id: network,
      addresses,
    }));
  }
  if (free('sharedFolders')) {
    const found = commonFolders(facts);
    // An empty line, to be filled in: a cluster file system or a bind mount is not recognised as shared.
    next.sharedFolders = found.length > 0 ? found : [''];
  }
  if (free('quorumDisks')) Object.assign(next, defaultQuorumDisks(next, facts));
  if (free('fencing')) Object.assign(next, defaultFencing(next, facts));
  return next;
}

function freeName(name: string, taken: string[]): string {
  if (!taken.includes(name)) return name;
  for (let number = 2; ; number += 1) {
    const next = `${name.replace(/\d+$/, '')}${number}`;
    if (!taken.includes(next)) return next;
  }
}

/** Host names without their domain; two hosts of one name get a number, so that the difference is seen and mended. */
function defaultNodeNames(facts: HostFacts[], known: Record<string, string>): Record<string, string> {
  const names = { ...known };
  const used = new Set(Object.values(known));
  for (const { hostId, hostname } of facts) {
    if (names[hostId] !== undefined) continue;
    const label = hostname.split('.')[0] ?? hostname;
    let name = label;
    for (let number = 2; used.has(name); number += 1) name = `${label}-${number}`;
    names[hostId] = name;
    used.add(name);
  }
  return names;
}

/** Folders that every host has from the same source. */
export function commonFolders(facts: HostFacts[]): string[] {
  const [first, ...others] = facts;
  if (first === undefined) return [];
  return first.sharedFolders
    .filter(({ path, source }) =>
      others.every((host) =>
        host.sharedFolders.some((folder) => folder.path === path && folder.source === source),
      ),
    )
    .map(({ path }) => path);
}

function defaultQuorumDisks(draft: DeployDraft, facts: HostFacts[]): Partial<DeployDraft> {
  const folder = draft.sharedFolders.find((path) => path !== '');
  const devices = assignDevices(draft.hostIds, draft.nodeNames, quorumDiskCandidates(commonDevices(facts)));
  const imageFolder = folder ?? draft.imageFolder;
  if (devices !== null) return { quorumDisks: 'device', quorumDevices: devices, imageFolder };
  return { quorumDisks: folder === undefined ? 'device' : 'image', imageFolder };
}

/**
 * | poison-pill disk | watchdog on all | hosts | default                |
 * |------------------|-----------------|-------|------------------------|
 * | yes              | any             | any   | SBD with the disk      |
 * | no               | yes             | > 2   | SBD with watchdog only |
 * | no               | otherwise       | any   | SBD, disk to be named  |
 *
 * Without a disk two hosts cannot tell which of them is cut off, so two hosts are never proposed a watchdog alone.
 */
function defaultFencing(draft: DeployDraft, facts: HostFacts[]): Partial<DeployDraft> {
  const quorumDevices = draft.quorumDisks === 'device' ? Object.values(draft.quorumDevices) : [];
  const [disk] = poisonPillCandidates(commonDevices(facts)).filter(
    ({ path }) => !quorumDevices.includes(path),
  );
  const watchdog = commonWatchdogs(facts)[0] ?? '';
  if (disk !== undefined) return { fencing: 'sbd-disk', poisonPillDisks: [disk.path], watchdog };
  if (watchdog !== '' && facts.length > 2) return { fencing: 'sbd-watchdog', watchdog };
  return { fencing: 'sbd-disk', watchdog };
}

/** Watchdog devices that all hosts have, the usual one first. */
export function commonWatchdogs(facts: HostFacts[]): string[] {
  const [first, ...others] = facts;
  if (first === undefined) return [];
  return first.watchdogs
    .filter((device) => others.every((host) => host.watchdogs.includes(device)))
    .toSorted((a, b) => a.length - b.length || a.localeCompare(b));
}

/** Fence agents that all hosts have. */
export function commonFenceAgents(facts: HostFacts[]): string[] {
  const [first, ...others] = facts;
  if (first === undefined) return [];
  return first.fenceAgents
    .filter((agent) => others.every((host) => host.fenceAgents.includes(agent)))
    .toSorted();
}
