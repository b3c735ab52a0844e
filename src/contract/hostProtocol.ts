import { z } from 'zod';
import { drillSchema, rehearsalSchema } from './drill.ts';
import { failoverRecordSchema } from './failover.ts';
import { findingSchema } from './finding.ts';
import { hostStatusSchema, sectionNames, syncReportSchema } from './hostState.ts';
import { deliveriesSchema, notificationSettingsSchema } from './notifications.ts';
import { policySchema } from './policy.ts';
import { virtualIpNameSchema, virtualIpSpecSchema } from './virtualIp.ts';

/**
 * The protocol between the console and `vmcl serve`: JSON-RPC 2.0 with Content-Length framing (vscode-jsonrpc) on
 * stdin and stdout. The console calls `hello` first and goes on only if the protocol numbers are equal.
 */
export const HOST_PROTOCOL = 2;

/** Printed alone on a line before the first frame, so that whatever a shell start-up file wrote can be skipped. */
export const SERVE_PREAMBLE = 'minime-vmcl-serve-1';

const empty = z.object({});
/** The admin who asks, for the history. */
const by = z.string().max(200).optional();

const fenceTestResultSchema = z.object({
  ok: z.boolean(),
  seconds: z.number(),
  agent: z.string().optional(),
  problem: findingSchema.optional(),
});

/** Every fence device the engine has, and whether it answered when it was asked through one host. */
const fenceDevicesSchema = z.object({
  devices: z.array(
    z.object({
      name: z.string(),
      answers: z.boolean(),
      /** Why it does not, as far as known. */
      reason: z.string().optional(),
    }),
  ),
  /** Without any device: whether the engine relies on the watchdogs of the hosts. */
  watchdog: z.boolean(),
});

export type FenceDevices = z.infer<typeof fenceDevicesSchema>;

/** Requests the console may send. Progress goes through JSON-RPC `$/progress` with `{ message: string }`. */
export const hostCalls = {
  hello: {
    params: z.object({ protocol: z.number().int(), consoleVersion: z.string() }),
    result: z.object({ protocol: z.number().int(), version: z.string(), host: z.string() }),
  },
  status: { params: empty, result: hostStatusSchema },
  /** Returns the present status and pushes `section` notifications from then on, until the channel closes. */
  subscribe: { params: empty, result: hostStatusSchema },
  sync: { params: empty, result: syncReportSchema },
  /** Writes a probe definition to this host's quorum disk, reads it back, checks its signature, removes it. */
  'quorumDisk.roundTrip': {
    params: empty,
    result: z.object({ ok: z.boolean(), milliseconds: z.number(), problem: findingSchema.optional() }),
  },
  /** Has `target` fenced by the cluster and waits until Pacemaker reports it done. Destructive: the console confirms first. */
  'fence.test': {
    params: z.object({ target: z.string(), by }),
    result: fenceTestResultSchema,
  },
  /** Has the engine ask every fence device through this host. Takes as long as the slowest of them; changes nothing. */
  'fence.devices': { params: empty, result: fenceDevicesSchema },
  /** Compares the files deployment put on this host with its manifest. `files`: how many there are; 0 where nothing was put. */
  'manifest.verify': {
    params: empty,
    result: z.object({ problems: z.array(findingSchema), files: z.number().int() }),
  },
  /**
   * Makes `policy` the cluster's, if `policy.revision` is still the one in force; its revision becomes the next one. Rejects with
   * `conflict` if another edit came first: the section `policy` then shows it.
   */
  'policy.set': {
    params: z.object({
      policy: policySchema,
      editedBy: z.string().max(200),
      /** What is different, a line each, for the history. */
      changes: z.array(z.string()).max(50).optional(),
    }),
    result: z.object({ revision: z.number().int() }),
  },
  'failover.get': { params: z.object({ id: z.uuid() }), result: z.object({ record: failoverRecordSchema }) },
  /** Goes through the failure of `target` without fencing it or starting anything. Not for `target` itself. */
  'drill.rehearse': { params: z.object({ target: z.string() }), result: rehearsalSchema },
  /**
   * Has `target` fenced, as `fence.test` does, and its takeover happen; its record is marked as a drill. Destructive: the console
   * confirms first.
   */
  'drill.begin': {
    params: z.object({ target: z.string(), by: z.string().max(200), expected: drillSchema.shape.expected }),
    result: fenceTestResultSchema,
  },
  /**
   * The admin has made certain that `target` is off: has the cluster take it for fenced, so that its takeover goes on.
   * Dangerous if it is not true: the console has its name typed first.
   */
  'fence.confirm': { params: z.object({ target: z.string(), by }), result: empty },
  /** Takes this host out of planning and moves its VMs off live. Returns once that has begun; see the section `takeover`. */
  'maintenance.enter': { params: z.object({ by }), result: empty },
  /** Back into planning; `bringHome`: its VMs are moved back live. */
  'maintenance.leave': { params: z.object({ bringHome: z.boolean(), by }), result: empty },
  /** Moves VMs of this host that run elsewhere home, live. Returns once that has begun; see the section `takeover`. */
  'failback.start': { params: z.object({ uuids: z.array(z.uuid()).min(1) }), result: empty },
  /**
   * How the hosts notify admins, if `revision` is still the one in force. Rejects with `conflict` if another edit came first: the
   * section `policy` then shows it.
   */
  'notifications.set': {
    params: z.object({
      settings: notificationSettingsSchema,
      revision: z.number().int().nonnegative(),
      editedBy: z.string().max(200),
    }),
    result: z.object({ revision: z.number().int() }),
  },
  /** Sends a test message from this host, on all ways that are set. */
  'notifications.test': { params: empty, result: deliveriesSchema },
  /**
   * Makes a service address and returns once the cluster has it on its list; see the section `cluster` for what becomes of it. Rejects with
   * `conflict` if the name or address is taken, also by a machine that answers at it, and with `invalid-input` if no network of this host has it.
   */
  'virtualIp.add': { params: z.object({ spec: virtualIpSpecSchema, by }), result: empty },
  /** Moves it to `host`, which from now on is its preferred one. */
  'virtualIp.move': { params: z.object({ name: virtualIpNameSchema, host: z.string(), by }), result: empty },
  'virtualIp.remove': { params: z.object({ name: virtualIpNameSchema, by }), result: empty },
  /** Stops the moves under way here: a VM that is just moving stays where it is. */
  'moves.cancel': { params: empty, result: empty },
} as const;

/** Notifications the host pushes. `data` is checked with the schema of its section. */
export const hostEvents = {
  section: z.object({ section: z.enum(sectionNames), at: z.number(), data: z.unknown() }),
} as const;

export type HostCallName = keyof typeof hostCalls;
export type HostCallParams<K extends HostCallName> = z.infer<(typeof hostCalls)[K]['params']>;
export type HostCallResult<K extends HostCallName> = z.infer<(typeof hostCalls)[K]['result']>;
