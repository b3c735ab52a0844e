import { z } from 'zod';
import { clusterSectionSchema, fencingMethodSchema } from './clusterState.ts';
import { clusterEventSchema } from './events.ts';
import { failoverSummarySchema } from './failover.ts';
import { findingSchema } from './finding.ts';
import { notificationViewSchema } from './notifications.ts';
import { policySchema } from './policy.ts';

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
export type QuorumDisksSection = Sections['quorumDisks'];
export type PolicySection = Sections['policy'];
export type TakeoverSection = Sections['takeover'];
export type HistorySection = Sections['history'];
export type Vm = z.infer<typeof vmSchema>;
export type VmState = (typeof vmStates)[number];
export type Protection = z.infer<typeof protectionSchema>;
export type SyncReport = z.infer<typeof syncReportSchema>;
export type StoredDefinition = z.infer<typeof storedDefinitionSchema>;
