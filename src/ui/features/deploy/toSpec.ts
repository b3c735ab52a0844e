import type { FenceAgent } from '../../../contract/deployment.ts';
import { type DeploymentSpec, deploymentSpecSchema } from '../../../contract/deployment.ts';
import type { DeployDraft } from './draft.ts';

export const inputSteps = ['hosts', 'network', 'storage', 'fencing'] as const;
export type InputStep = (typeof inputSteps)[number];

/** What is wrong with which field of which step. Field names are those of `fieldNames`. */
export type Problems = Record<InputStep, Record<string, string>>;

/** How a field is called in `Problems`, where it is one of several. */
export const fieldNames = {
  nodeName: (hostId: string) => `nodeName:${hostId}`,
  linkAddress: (link: number, hostId: string) => `link:${link}:${hostId}`,
  quorumDevice: (hostId: string) => `quorumDevice:${hostId}`,
  sharedFolder: (index: number) => `sharedFolder:${index}`,
  poisonPillDisk: (index: number) => `poisonPillDisk:${index}`,
  sharedParameter: (name: string) => `shared:${name}`,
  hostParameter: (name: string, hostId: string) => `host:${name}:${hostId}`,
};

export type SpecResult = { spec: DeploymentSpec; problems: Problems } | { spec: null; problems: Problems };

/** The specification that the fields mean, and everything that is wrong with them, in the contract's words. */
export function toSpec(draft: DeployDraft, agent: FenceAgent | null): SpecResult {
  const problems: Problems = { hosts: {}, network: {}, storage: {}, fencing: {} };
  const candidate = specOf(draft);
  const parsed = deploymentSpecSchema.safeParse(candidate);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const { step, field } = placeOf(issue.path, draft);
      problems[step][field] ??= words(issue.path, issue.message);
    }
  }
  addOwnProblems(draft, agent, problems);
  const clean = inputSteps.every((step) => Object.keys(problems[step]).length === 0);
  return parsed.success && clean ? { spec: parsed.data, problems } : { spec: null, problems };
}

/** The first step with a problem; null: all can be sent. */
export function firstIncomplete(problems: Problems): InputStep | null {
  return inputSteps.find((step) => Object.keys(problems[step]).length > 0) ?? null;
}

const number = (text: string) => (/^\d+$/.test(text.trim()) ? Number(text) : Number.NaN);

function specOf(draft: DeployDraft): unknown {
  const nodeName = (hostId: string) => draft.nodeNames[hostId]?.trim() ?? '';
  const perNode = <T>(values: Record<string, T>) =>
    Object.fromEntries(
      draft.hostIds.flatMap((id) => (values[id] === undefined ? [] : [[nodeName(id), values[id]]])),
    );
  return {
    clusterName: draft.clusterName.trim(),
    hosts: draft.hostIds.map((hostId) => ({
      hostId,
      nodeName: nodeName(hostId),
      linkAddresses: draft.links.map((link) => link.addresses[hostId]?.trim() ?? ''),
    })),
    transport: transportOf(draft),
    tokenMs: number(draft.tokenMs),
    quorumDisks:
      draft.quorumDisks === 'device'
        ? { kind: 'device', devices: perNode(trimmed(draft.quorumDevices)) }
        : { kind: 'image', folder: draft.imageFolder.trim(), sizeMiB: number(draft.imageSizeMiB) },
    fencing: fencingOf(draft, perNode),
    sharedFolders: draft.sharedFolders.map((folder) => folder.trim()),
  };
}

function transportOf(draft: DeployDraft): unknown {
  switch (draft.transport) {
    case 'knet':
      return { kind: 'knet' };
    case 'udp-multicast':
      return { kind: 'udp-multicast', address: draft.multicastAddress.trim(), port: number(draft.udpPort) };
    case 'udp-broadcast':
      return { kind: 'udp-broadcast', port: number(draft.udpPort) };
  }
}

function fencingOf(
  draft: DeployDraft,
  perNode: <T>(values: Record<string, T>) => Record<string, T>,
): unknown {
  const device = draft.watchdog.trim();
  switch (draft.fencing) {
    case 'sbd-disk':
      return {
        method: 'sbd-disk',
        devices: draft.poisonPillDisks.map((path) => path.trim()),
        watchdog: device === '' ? 'none' : { device },
      };
    case 'sbd-watchdog':
      return { method: 'sbd-watchdog', watchdog: { device } };
    case 'agent': {
      const differs = (name: string) => draft.agentPerHostNames.includes(name);
      const own = (values: Record<string, string>) =>
        Object.fromEntries(Object.entries(values).filter(([name, value]) => differs(name) && value !== ''));
      return {
        method: 'agent',
        agent: draft.agent,
        shared: Object.fromEntries(
          Object.entries(draft.agentShared).filter(([name, value]) => !differs(name) && value !== ''),
        ),
        perHost: perNode(
          Object.fromEntries(draft.hostIds.map((id) => [id, own(draft.agentPerHost[id] ?? {})])),
        ),
      };
    }
  }
}

function trimmed(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values)
      .map(([id, value]) => [id, value.trim()] as const)
      .filter(([, value]) => value !== ''),
  );
}

/** Where on the screen an issue of the schema belongs. */
function placeOf(path: PropertyKey[], draft: DeployDraft): { step: InputStep; field: string } {
  const [top, second, third, fourth] = path;
  const hostId = draft.hostIds[Number(second)] ?? '';
  switch (top) {
    case 'hosts':
      if (third === 'nodeName') return { step: 'network', field: fieldNames.nodeName(hostId) };
      if (third === 'linkAddresses' && fourth !== undefined) {
        return { step: 'network', field: fieldNames.linkAddress(Number(fourth), hostId) };
      }
      return third === 'linkAddresses'
        ? { step: 'network', field: 'links' }
        : { step: 'hosts', field: 'hosts' };
    case 'clusterName':
    case 'tokenMs':
      return { step: 'network', field: top };
    case 'transport':
      return { step: 'network', field: second === 'address' ? 'multicastAddress' : 'udpPort' };
    case 'sharedFolders':
      return {
        step: 'storage',
        field: second === undefined ? 'sharedFolders' : fieldNames.sharedFolder(Number(second)),
      };
    case 'quorumDisks': {
      if (second === 'folder') return { step: 'storage', field: 'imageFolder' };
      if (second === 'sizeMiB') return { step: 'storage', field: 'imageSizeMiB' };
      const owner = draft.hostIds.find((id) => draft.nodeNames[id]?.trim() === third) ?? '';
      return { step: 'storage', field: fieldNames.quorumDevice(owner) };
    }
    default:
      if (second === 'devices' && third !== undefined) {
        return { step: 'fencing', field: fieldNames.poisonPillDisk(Number(third)) };
      }
      return { step: 'fencing', field: String(second ?? 'fencing') };
  }
}

/** zod's own words are for programmers where the contract gives none. */
function words(path: PropertyKey[], message: string): string {
  const [top, second, third] = path;
  if (top === 'hosts' && second === undefined) return 'Choose 2 to 32 hosts.';
  if (top === 'hosts' && third === 'linkAddresses') {
    return path.length === 3
      ? 'Add 1 to 8 heartbeat links.'
      : 'Enter the IP address of this host on this link.';
  }
  if (top === 'tokenMs') return 'Enter a number from 500 to 60000.';
  if (top === 'transport') return 'Enter a port from 1 to 65535.';
  if (second === 'sizeMiB') return 'Enter a number from 32 to 4096.';
  if (top === 'sharedFolders' && second === undefined) return 'Name at least one folder.';
  if (top === 'fencing' && second === 'watchdog') return 'Enter a device under /dev.';
  if (top === 'fencing' && second === 'agent') return 'Choose a fence agent.';
  return message;
}

/** What the schema cannot know. */
function addOwnProblems(draft: DeployDraft, agent: FenceAgent | null, problems: Problems): void {
  const { network, storage, fencing } = problems;
  const nameOf = (id: string) => draft.nodeNames[id]?.trim().toLowerCase() ?? '';
  for (const id of duplicates(draft.hostIds, nameOf)) {
    network[fieldNames.nodeName(id)] ??= 'Two hosts cannot have one name.';
  }
  draft.links.forEach((link, index) => {
    for (const id of duplicates(draft.hostIds, (host) => link.addresses[host]?.trim() ?? '')) {
      network[fieldNames.linkAddress(index, id)] ??= 'Two hosts cannot have one address.';
    }
  });
  if (draft.transport !== 'knet' && draft.links.length > 1) {
    network.links ??= 'UDP carries only one link. Remove the others, or take knet.';
  }
  if (draft.transport === 'udp-multicast' && !isMulticast(draft.multicastAddress.trim())) {
    network.multicastAddress ??= 'Enter a multicast address, from 224.0.0.0 to 239.255.255.255.';
  }
  if (draft.quorumDisks === 'device') {
    const deviceOf = (id: string) => draft.quorumDevices[id]?.trim() ?? '';
    for (const id of draft.hostIds.filter((host) => deviceOf(host) === '')) {
      storage[fieldNames.quorumDevice(id)] ??= 'Choose a device.';
    }
    for (const id of duplicates(draft.hostIds, deviceOf)) {
      storage[fieldNames.quorumDevice(id)] ??= 'Each host needs a device of its own.';
    }
  }
  if (draft.fencing === 'sbd-disk') {
    const quorum =
      draft.quorumDisks === 'device' ? Object.values(draft.quorumDevices).map((path) => path.trim()) : [];
    draft.poisonPillDisks.forEach((path, index) => {
      if (path.trim() !== '' && quorum.includes(path.trim())) {
        fencing[fieldNames.poisonPillDisk(index)] ??=
          'This is a quorum disk. Fencing needs a disk of its own.';
      }
      if (draft.poisonPillDisks.slice(0, index).some((other) => other.trim() === path.trim())) {
        fencing[fieldNames.poisonPillDisk(index)] ??= 'This disk is named twice.';
      }
    });
  }
  if (draft.fencing === 'agent') addAgentProblems(draft, agent, fencing);
}

function addAgentProblems(
  draft: DeployDraft,
  agent: FenceAgent | null,
  fencing: Record<string, string>,
): void {
  if (agent === null || agent.name !== draft.agent) {
    fencing.agent ??= 'Choose a fence agent.';
    return;
  }
  for (const { name, required, default: fallback } of agent.parameters) {
    if (!required || (fallback ?? '') !== '') continue;
    if (!draft.agentPerHostNames.includes(name)) {
      if ((draft.agentShared[name] ?? '') === '')
        fencing[fieldNames.sharedParameter(name)] ??= 'This is needed.';
      continue;
    }
    for (const id of draft.hostIds) {
      if ((draft.agentPerHost[id]?.[name] ?? '') === '') {
        fencing[fieldNames.hostParameter(name, id)] ??= 'This is needed for each host.';
      }
    }
  }
}

/** Ids whose value stood there before, empty values aside. */
function duplicates(ids: string[], valueOf: (id: string) => string): string[] {
  const seen = new Set<string>();
  return ids.filter((id) => {
    const value = valueOf(id);
    if (value === '') return false;
    if (seen.has(value)) return true;
    seen.add(value);
    return false;
  });
}

function isMulticast(address: string): boolean {
  const parts = address.split('.').map(Number);
  const [first = 0] = parts;
  return (
    parts.length === 4 && parts.every((part) => part >= 0 && part <= 255) && first >= 224 && first <= 239
  );
}
