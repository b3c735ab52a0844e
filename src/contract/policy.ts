import { z } from 'zod';

/**
 * What the admin wants of a takeover: the restart priority cut into tiers, the thresholds and the rules. One document
 * for the whole cluster. Only its shape is checked here: a takeover must go on with a document that contradicts
 * itself, so `policyProblems` of the planner tells the admin about contradictions while editing.
 */

const vmUuid = z.string().min(1);
const hostName = z.string().min(1);

/** When a tier counts as ready, so that the next one may begin. */
export const readinessConditionSchema = z.discriminatedUnion('kind', [
  /** The hypervisor says that every VM of the tier runs. */
  z.object({ kind: z.literal('started') }),
  /** The guest agent of every VM that has one answers; after `timeoutS` seconds the next tier begins all the same. */
  z.object({ kind: z.literal('guest-agent'), timeoutS: z.number().int().positive() }),
  /** So many seconds after the last VM of the tier was started. */
  z.object({ kind: z.literal('delay'), seconds: z.number().int().positive() }),
]);

export const tierSchema = z.object({
  name: z.string().min(1),
  /** Highest restart priority first. A VM listed twice counts where it is listed first. */
  vms: z.array(vmUuid),
  readiness: readinessConditionSchema,
});

export const thresholdsSchema = z.object({
  /** Memory in bytes that must stay free on a host. */
  minFreeMemory: z.number().int().nonnegative(),
  /** CPU use of all cores together, 0 to 100, that a host should not exceed; how strictly, `overCpu` says. */
  maxCpuPercent: z.number().min(0).max(100),
});

/**
 * What becomes of a VM that fits on some host but for its CPU threshold. `start`: it is started all the same, as little beyond the
 * thresholds as it takes: a slow VM is better than one that is down. `leave-down`: the CPU threshold is as hard as the memory's.
 */
const overCpuSchema = z.enum(['start', 'leave-down']).default('start');

export const vmRuleSchema = z.object({
  /** `leave-down`: a takeover does not start this VM. */
  restart: z.enum(['restart', 'leave-down']).optional(),
  /** The only hosts it may be started on; absent: any host. */
  allowedHosts: z.array(hostName).optional(),
  /** Taken whenever no VM has to stay down for it and no VM of higher priority loses its own preferred host. */
  preferredHost: hostName.optional(),
});

export const groupRuleSchema = z.object({
  name: z.string().min(1),
  /** `keep-together`: those of them that run share one host. `keep-apart`: no two of them share a host. */
  kind: z.enum(['keep-together', 'keep-apart']),
  vms: z.array(vmUuid),
});

/** How a takeover, a shutdown and a return of a host are gone about. */
export const takeoverSettingsSchema = z.object({
  /** VMs that are started on one host at the same time. */
  startsPerHost: z.number().int().min(1).max(32),
  /** A start that takes longer is given up, and the VM is started on another host. */
  startTimeoutS: z.number().int().min(5).max(3600),
  /**
   * What becomes of the VMs of a host that is shut down in good order. `migrate`: moved off live; what cannot be moved
   * is shut down and restarted elsewhere. `restart-elsewhere`: shut down, then started on other hosts. `leave`: shut
   * down, and started again when the host is back.
   */
  hostShutdown: z.enum(['migrate', 'restart-elsewhere', 'leave']),
  /** Whether moved VMs go home by themselves (live) once their host is back. */
  failback: z.enum(['manual', 'automatic']),
});

export const policySchema = z.object({
  /** Raised when the meaning of the document changes, so that an older program refuses it instead of losing parts. */
  format: z.literal(1),
  /** Counts edits, so that of two admins editing at once the second can be told. */
  revision: z.number().int().nonnegative(),
  /** VMs that no tier lists come last, in the last tier, by name. */
  tiers: z.array(tierSchema).min(1),
  thresholds: z.object({
    cluster: thresholdsSchema,
    /** Host overrides, by host name. */
    hosts: z.record(hostName, thresholdsSchema.partial()),
    overCpu: overCpuSchema,
  }),
  rules: z.object({
    /** By VM uuid. */
    vms: z.record(vmUuid, vmRuleSchema),
    groups: z.array(groupRuleSchema),
  }),
  takeover: takeoverSettingsSchema,
});

export type Thresholds = z.infer<typeof thresholdsSchema>;
export type OverCpu = z.infer<typeof overCpuSchema>;
export type VmRule = z.infer<typeof vmRuleSchema>;
export type GroupRule = z.infer<typeof groupRuleSchema>;
export type TakeoverSettings = z.infer<typeof takeoverSettingsSchema>;
export type ReadinessCondition = z.infer<typeof readinessConditionSchema>;
export type Tier = z.infer<typeof tierSchema>;
export type Policy = z.infer<typeof policySchema>;

/** The policy of a cluster nobody has edited yet. */
export const initialPolicy: Policy = {
  format: 1,
  revision: 0,
  tiers: [{ name: 'Normal', vms: [], readiness: { kind: 'started' } }],
  thresholds: { cluster: { minFreeMemory: 2 * 1024 ** 3, maxCpuPercent: 90 }, hosts: {}, overCpu: 'start' },
  rules: { vms: {}, groups: [] },
  takeover: { startsPerHost: 4, startTimeoutS: 60, hostShutdown: 'restart-elsewhere', failback: 'manual' },
};
