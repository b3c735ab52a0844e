import type { DeploymentSpec } from '../../../contract/deployment.ts';

/** One heartbeat link as it stands in the fields: an address by inventory id. */
export interface LinkDraft {
  id: string;
  addresses: Record<string, string>;
}

/**
 * The wizard's fields, all as typed, by inventory id where they differ per host. It holds what is not chosen at the
 * moment too (the folder of image files while devices are chosen), so that changing one's mind loses nothing.
 */
export interface DeployDraft {
  hostIds: string[];
  clusterName: string;
  nodeNames: Record<string, string>;
  links: LinkDraft[];
  transport: DeploymentSpec['transport']['kind'];
  multicastAddress: string;
  udpPort: string;
  tokenMs: string;
  quorumDisks: DeploymentSpec['quorumDisks']['kind'];
  quorumDevices: Record<string, string>;
  imageFolder: string;
  imageSizeMiB: string;
  sharedFolders: string[];
  fencing: DeploymentSpec['fencing']['method'];
  poisonPillDisks: string[];
  /** Empty: without one. */
  watchdog: string;
  agent: string;
  agentShared: Record<string, string>;
  agentPerHost: Record<string, Record<string, string>>;
  /** Names of the agent's parameters that differ from host to host. */
  agentPerHostNames: string[];
  /** Parts the admin has changed: defaults leave them alone. */
  touched: DraftPart[];
}

export type DraftPart = 'clusterName' | 'nodeNames' | 'links' | 'quorumDisks' | 'sharedFolders' | 'fencing';

export function emptyDraft(): DeployDraft {
  return {
    hostIds: [],
    clusterName: 'cluster1',
    nodeNames: {},
    links: [],
    transport: 'knet',
    multicastAddress: '239.255.42.1',
    udpPort: '5405',
    tokenMs: '3000',
    quorumDisks: 'image',
    quorumDevices: {},
    imageFolder: '',
    imageSizeMiB: '100',
    sharedFolders: [],
    fencing: 'sbd-disk',
    poisonPillDisks: [''],
    watchdog: '',
    agent: '',
    agentShared: {},
    agentPerHost: {},
    agentPerHostNames: [],
    touched: [],
  };
}

/** Marks parts as the admin's own. */
export function touch(draft: DeployDraft, ...parts: DraftPart[]): DeployDraft {
  return { ...draft, touched: [...new Set([...draft.touched, ...parts])] };
}
