import { z } from 'zod';
import { clusterEventSchema } from './events.ts';
import { failoverSummarySchema } from './failover.ts';
import { findingSchema } from './finding.ts';
import { notificationViewSchema } from './notifications.ts';
import { policySchema } from './policy.ts';
import { virtualIpSchema } from './virtualIp.ts';

/**
 * What a host tells about itself, in sections that change at different rates. `vmcl status` prints all of them;
 * `vmcl serve` pushes a section whole whenever it changed. All times are Unix milliseconds of the host's clock, all
 * sizes bytes, all latencies microseconds.
 */

const epochMs = z.number().int().nonnegative();
const bytes = z.number().int().nonnegative();
const percent = z.number().min(0);

export const systemSectionSchema = z.object({
  hostname: z.string(),
  /** Node name in the cluster; equals hostname until the host belongs to a cluster. */
  nodeName: z.string(),
  machineId: z.string(),
  distribution: z.object({ id: z.string(), version: z.string(), prettyName: z.string() }),
  kernel: z.string(),
  bootedAt: epochMs,
  vmclVersion: z.string(),
  hypervisor: z.object({
    kind: z.enum(['libvirt', 'embedded']),
    /** Version text of the hypervisor, absent while it cannot be reached. */
    version: z.string().optional(),
    reachable: z.boolean(),
  }),
  /** What is wrong on this host right now; never holds findings of severity `ok`. */
  problems: z.array(findingSchema),
});

export const loadSectionSchema = z.object({
  cores: z.number().int().positive(),
  /** Use of all cores together, 0 to 100. */
  cpuPercent: percent,
  memoryTotal: bytes,
  /** Memory that a new VM could get without swapping (MemAvailable). */
  memoryFree: bytes,
  /** By VM uuid. cpuPercent is of one core, so a VM with 4 vCPUs can reach 400. */
  vms: z.record(z.string(), z.object({ cpuPercent: percent, memoryUsed: bytes })),
});

export const vmStates = [
  'running',
  'paused',
  'shutting-down',
  'shut-off',
  'crashed',
  'suspended',
  'unknown',
] as const;

export const protectionSchema = z.object({
  /** False if one of the findings is an error: the VM could not be started on another host. */
  protected: z.boolean(),
  findings: z.array(findingSchema),
});

export const vmSchema = z.object({
  uuid: z.string(),
  name: z.string(),
  state: z.enum(vmStates),
  /** When the state was last seen to change; absent if it has not changed since vmcl started. */
  stateSince: epochMs.optional(),
  memory: bytes,
  vcpus: z.number().int().positive(),
  /** SHA-256 (hex) over what a definition on the quorum disk must hold to be current: XML, NVRAM, TPM state. */
  definitionHash: z.string(),
  disks: z.array(z.object({ target: z.string(), source: z.string().optional(), shared: z.boolean() })),
  autostart: z.boolean(),
  /** Libvirt's autostart is off because VMCL starts this VM, in its place in the restart order, when its host comes up. */
  startedByVmcl: z.boolean().optional(),
  protection: protectionSchema,
});

export const vmsSectionSchema = z.object({ vms: z.array(vmSchema) });

export const linkPeerSchema = z.object({
  peer: z.string(),
  connected: z.boolean(),
  /** Average and worst round trip by Corosync's own statistics (knet); absent with UDP transports and while down. */
  latencyUs: z.number().nonnegative().optional(),
  latencyMaxUs: z.number().nonnegative().optional(),
});

export const heartbeatLinkSchema = z.object({
  link: z.number().int().min(0).max(7),
  localAddress: z.string(),
  peers: z.array(linkPeerSchema),
});

export const memberSchema = z.object({
  name: z.string(),
  nodeId: z.number().int().positive(),
  /** In the Corosync membership as seen from this host. */
  online: z.boolean(),
  /** Pacemaker's view; absent while Pacemaker does not answer. */
  pacemaker: z
    .object({
      state: z.enum(['online', 'offline', 'pending', 'standby', 'maintenance', 'unclean']),
      dc: z.boolean(),
    })
    .optional(),
});

const fencingMethodSchema = z.enum(['sbd-disk', 'sbd-watchdog', 'agent', 'none']);

export const fencingSchema = z.object({
  method: fencingMethodSchema,
  /** Fence agents configured as stonith resources, e.g. fence_sbd. */
  agents: z.array(z.string()),
  enabled: z.boolean(),
  /** Poison-pill slots, one list per poison-pill disk; a slot with a message other than `clear` is pending. */
  devices: z.array(
    z.object({
      path: z.string(),
      readable: z.boolean(),
      slots: z.array(z.object({ host: z.string(), message: z.string() })),
    }),
  ),
  watchdog: z.object({ device: z.string().optional(), timeoutS: z.number().optional() }),
  /** Newest first, at most 20: what Pacemaker knows of fencing in this cluster. */
  history: z.array(
    z.object({
      target: z.string(),
      action: z.string(),
      outcome: z.enum(['success', 'failed', 'pending']),
      at: epochMs.optional(),
      client: z.string().optional(),
      /** The host that carried it out, or "a human" who confirmed it. */
      by: z.string().optional(),
    }),
  ),
});

/** A quorum disk as the cluster manages it: where it should be mounted and where it is. */
export const quorumDiskPlacementSchema = z.object({
  /** The host whose definitions it holds. */
  home: z.string(),
  mountedOn: z.string().nullable(),
  state: z.enum(['mounted', 'stopped', 'failed', 'unknown']),
  failure: z.string().optional(),
});

/** How long the parts of the engine wait for each other; absent where nothing tells. */
export const engineTimingSchema = z.object({
  tokenMs: z.number().optional(),
  consensusMs: z.number().optional(),
  /** Of SBD: after so long without a sign of life from its SBD a host resets itself. */
  watchdogS: z.number().optional(),
  /** Of SBD: after so long a poison pill counts as swallowed. */
  msgwaitS: z.number().optional(),
  stonithTimeoutS: z.number().optional(),
  /** Without a poison-pill disk: after so long a silent host counts as reset. Negative: twice the watchdog's time. */
  stonithWatchdogTimeoutS: z.number().optional(),
});

/** The cluster as seen from this host. `engine` tells how far that view can be trusted. */
export const clusterSectionSchema = z.object({
  /** `none`: this host belongs to no cluster. `stopped`: configured but Corosync is not running. */
  engine: z.enum(['none', 'stopped', 'running']),
  /** Given at deployment, kept in the manifest; the identity of the cluster, since names may repeat. */
  id: z.string().optional(),
  name: z.string().optional(),
  transport: z.enum(['knet', 'udp', 'udpu']).optional(),
  quorate: z.boolean(),
  votes: z.object({ expected: z.number(), total: z.number(), needed: z.number() }).optional(),
  members: z.array(memberSchema),
  links: z.array(heartbeatLinkSchema),
  fencing: fencingSchema,
  quorumDisks: z.array(quorumDiskPlacementSchema),
  /** Hosts of before that was possible tell of none. */
  virtualIps: z.array(virtualIpSchema).optional(),
  timing: engineTimingSchema.optional(),
  problems: z.array(findingSchema),
});

export const storedDefinitionSchema = z.object({
  uuid: z.string(),
  name: z.string(),
  hash: z.string(),
  savedAt: epochMs,
  /** `current`: equals what the hypervisor has now; `orphan`: no such VM on its home host any more. */
  state: z.enum(['current', 'stale', 'orphan', 'tampered', 'unreadable']),
});

/** What came of a sync. Problems of severity error: something is not saved, and `title` says what. */
export const syncReportSchema = z.object({
  at: epochMs,
  written: z.number().int(),
  unchanged: z.number().int(),
  removed: z.number().int(),
  problems: z.array(findingSchema),
});

/** The quorum disks mounted on this host (its own, and after a failure those of others). */
export const quorumDisksSectionSchema = z.object({
  /** The syncs of this host; absent on a host without a cluster. */
  sync: z
    .object({
      /** Set while one goes on. */
      runningSince: epochMs.optional(),
      /** The last one that ended, complete or not; absent: there was none. */
      last: syncReportSchema.optional(),
    })
    .optional(),
  disks: z.array(
    z.object({
      home: z.string(),
      source: z.string(),
      size: bytes,
      used: bytes,
      readOnly: z.boolean(),
      lastSyncAt: epochMs.nullable(),
      definitions: z.array(storedDefinitionSchema),
      problems: z.array(findingSchema),
    }),
  ),
});

/** The policy of the cluster as this host reads it. */
export const policySectionSchema = z.object({
  /** Null: this host belongs to no cluster, or nobody edited the policy yet and `initialPolicy` counts. */
  policy: policySchema.nullable(),
  editedAt: epochMs.optional(),
  editedBy: z.string().optional(),
  /** Hosts in maintenance, by name: they take no VM in a takeover. `since` by the clock of whoever asked for it. */
  maintenance: z.record(z.string(), z.object({ since: epochMs })),
  /** When fencing was last tried on purpose and worked, and by which method; absent: never. */
  fenceTested: z
    .object({ at: epochMs, target: z.string(), method: fencingMethodSchema.optional() })
    .optional(),
  /** How the hosts notify admins; hosts of before that was possible tell nothing. */
  notifications: notificationViewSchema.optional(),
  /** The document cannot be read, contradicts itself … */
  problems: z.array(findingSchema),
});

/** What this host does right now for high availability, and the VMs that moved away from it. */
export const takeoverSectionSchema = z.object({
  /**
   * VMs of this host that were started or moved elsewhere and have not come home, as its quorum disk tells. Absent while that
   * disk is not mounted here.
   */
  movedAway: z
    .array(z.object({ uuid: z.string(), name: z.string(), to: z.string(), at: epochMs }))
    .optional(),
  /** A move of VMs that this host carries out (maintenance, failback), or the last one that ended. */
  moves: z
    .object({
      reason: z.enum(['maintenance', 'failback', 'shutdown']),
      startedAt: epochMs,
      endedAt: epochMs.optional(),
      cancelled: z.boolean(),
      vms: z.array(
        z.object({
          uuid: z.string(),
          name: z.string(),
          to: z.string().optional(),
          state: z.enum(['waiting', 'moving', 'moved', 'failed', 'stays']),
          /** 0 to 100, while moving. */
          percent: z.number().optional(),
          reason: z.string().optional(),
        }),
      ),
    })
    .optional(),
  /** Since this boot, this host has started the VMs that ran before it went down (or found none to start). */
  rejoined: z.boolean(),
  problems: z.array(findingSchema),
});

/** What this host has on record: its failovers, newest first, at most 200, and the latest other events. */
export const historySectionSchema = z.object({
  failovers: z.array(failoverSummarySchema),
  /** Ids of those that this host carries on now. Told with the records: what has not ended and is not among them was interrupted. */
  carriedOn: z.array(z.uuid()).default([]),
  /** Newest first. Hosts of before events were noted have none. */
  events: z.array(clusterEventSchema).default([]),
});

export const sectionSchemas = {
  system: systemSectionSchema,
  load: loadSectionSchema,
  vms: vmsSectionSchema,
  cluster: clusterSectionSchema,
  quorumDisks: quorumDisksSectionSchema,
  policy: policySectionSchema,
  takeover: takeoverSectionSchema,
  history: historySectionSchema,
} as const;

export const sectionNames = [
  'system',
  'load',
  'vms',
  'cluster',
  'quorumDisks',
  'policy',
  'takeover',
  'history',
] as const;
export type SectionName = (typeof sectionNames)[number];
export type Sections = { [K in SectionName]: z.infer<(typeof sectionSchemas)[K]> };

/** Everything `vmcl status --json` prints. A section that could not be read is absent and explained in `errors`. */
export const hostStatusSchema = z.object({
  at: epochMs,
  sections: z.object({
    system: systemSectionSchema.optional(),
    load: loadSectionSchema.optional(),
    vms: vmsSectionSchema.optional(),
    cluster: clusterSectionSchema.optional(),
    quorumDisks: quorumDisksSectionSchema.optional(),
    policy: policySectionSchema.optional(),
    takeover: takeoverSectionSchema.optional(),
    history: historySectionSchema.optional(),
  }),
  errors: z.array(findingSchema),
});

export type HostStatus = z.infer<typeof hostStatusSchema>;
export type SystemSection = Sections['system'];
export type LoadSection = Sections['load'];
export type VmsSection = Sections['vms'];
export type ClusterSection = Sections['cluster'];
export type QuorumDisksSection = Sections['quorumDisks'];
export type PolicySection = Sections['policy'];
export type TakeoverSection = Sections['takeover'];
export type HistorySection = Sections['history'];
export type Vm = z.infer<typeof vmSchema>;
export type VmState = (typeof vmStates)[number];
export type Protection = z.infer<typeof protectionSchema>;
export type HeartbeatLink = z.infer<typeof heartbeatLinkSchema>;
export type LinkPeer = z.infer<typeof linkPeerSchema>;
export type Member = z.infer<typeof memberSchema>;
export type Fencing = z.infer<typeof fencingSchema>;
export type EngineTiming = z.infer<typeof engineTimingSchema>;
export type QuorumDiskPlacement = z.infer<typeof quorumDiskPlacementSchema>;
export type SyncReport = z.infer<typeof syncReportSchema>;
export type StoredDefinition = z.infer<typeof storedDefinitionSchema>;
