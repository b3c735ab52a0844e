import { z } from 'zod';
import { errorInfoSchema } from './errors.ts';
import { clusterEventSchema, keptEvents } from './events.ts';
import { failoverRecordSchema } from './failover.ts';
import { findingSchema } from './finding.ts';
import { hostSurveySchema, wantedVmSchema } from './survey.ts';

/**
 * What a host of a cluster may ask of another: JSON-RPC 2.0 with Content-Length framing on `vmcl dispatch`, reached
 * with a key that can do nothing else. Errors carry an `ErrorInfo` in `data`, as with `vmcl serve`.
 */
export const DISPATCH_PROTOCOL = 1;
export const DISPATCH_PREAMBLE = 'minime-vmcl-dispatch-1';

const nothing = z.object({});
const uuid = z.object({ uuid: z.uuid() });

export const startOutcomeSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('running') }),
  /** It runs not, and is certain not to. */
  z.object({ outcome: z.literal('failed'), reason: z.string() }),
  /** Given up after the time allowed. `stopped`: it is certain that it does not run; else it may come up yet. */
  z.object({ outcome: z.literal('hung'), reason: z.string(), stopped: z.boolean() }),
  /** The definition is not genuine: nothing was done. */
  z.object({ outcome: z.literal('refused'), reason: z.string() }),
]);

export const dispatchCalls = {
  hello: { params: z.object({ protocol: z.number().int() }), result: z.object({ host: z.string() }) },
  survey: { params: nothing, result: hostSurveySchema },
  /**
   * Defines and starts a VM here. `definition` is the file of the quorum disk, base64: its signature is checked here
   * again, with `home` as the host whose it must be. Does nothing but answer `running` if the VM runs here already.
   */
  'vm.start': {
    params: z.object({ home: z.string(), definition: z.base64(), timeoutS: z.number().int().positive() }),
    result: startOutcomeSchema,
  },
  /** Whether the guest agent answers; null: the VM has none. */
  'vm.ready': { params: uuid, result: z.object({ agent: z.boolean().nullable() }) },
  /** Syncs, and tells whether the definition of this VM, current and genuine, is on this host's own quorum disk now. */
  'vm.secured': { params: uuid, result: z.object({ secured: z.boolean(), reason: z.string().optional() }) },
  /**
   * This host will receive a live migration of the VM within the next minutes. `home`: it is one of this host's VMs that were away.
   */
  'vm.expect': { params: uuid.extend({ name: z.string() }), result: z.object({ home: z.boolean() }) },
  /**
   * The VM was moved live to `to`. `known`: this host is its home (it has the VM in the `moved.json` of a quorum disk it holds), and
   * has noted where it is now.
   */
  'vm.moved': {
    params: uuid.extend({ name: z.string(), to: z.string() }),
    result: z.object({ known: z.boolean() }),
  },
  /**
   * Asks the host on which the VM runs to move it live to `to`. Returns once that is to be done; see that host's section
   * `takeover`. Rejects with `not-found` if it does not run there.
   */
  'vm.moveTo': { params: uuid.extend({ to: z.string() }), result: nothing },
  /**
   * `holder` has this VM, and this host is to forget its own copy, which is off. This host asks `holder` itself whether it runs there
   * and is on its quorum disk; refused if not, and if it may run here. Can be repeated.
   */
  'vm.forget': {
    params: uuid.extend({ holder: z.string() }),
    result: z.object({ forgotten: z.boolean(), reason: z.string().optional() }),
  },
  /** What a takeover of this host would find on its quorum disk now. Only its verdicts are believed as far as they go. */
  'drill.contents': {
    params: nothing,
    result: z.object({
      vms: z.array(
        z.object({
          uuid: z.string(),
          name: z.string(),
          state: z.enum(['wanted', 'refused', 'not-wanted']),
          figures: wantedVmSchema,
          reasons: z.array(z.string()),
          /** As in `vm.start`. */
          definition: z.base64().optional(),
        }),
      ),
      findings: z.array(findingSchema),
    }),
  },
  /** What would keep a VM of `home` from starting here. Nothing is defined or started. */
  'drill.check': {
    params: z.object({ home: z.string(), definition: z.base64() }),
    result: z.object({ problems: z.array(z.string()) }),
  },
  'failover.record': { params: z.object({ record: failoverRecordSchema }), result: nothing },
  'failover.list': {
    params: nothing,
    result: z.object({ records: z.array(z.object({ id: z.uuid(), ended: z.boolean() })) }),
  },
  'failover.get': { params: z.object({ id: z.uuid() }), result: z.object({ record: failoverRecordSchema }) },
  /** What happened on another host, or a later state of it; each is kept once. */
  'events.note': {
    params: z.object({ events: z.array(clusterEventSchema).max(keptEvents) }),
    result: nothing,
  },
  'events.list': { params: nothing, result: z.object({ events: z.array(clusterEventSchema) }) },
} as const;

/** What `vmcl peers --json` prints: for every other host whether it answers this one, and after how long. */
export const peerAnswerSchema = z.object({
  host: z.string(),
  ok: z.boolean(),
  milliseconds: z.number(),
  error: errorInfoSchema.optional(),
});

export type DispatchCallName = keyof typeof dispatchCalls;
export type DispatchCallParams<K extends DispatchCallName> = z.infer<(typeof dispatchCalls)[K]['params']>;
export type DispatchCallResult<K extends DispatchCallName> = z.infer<(typeof dispatchCalls)[K]['result']>;
export type PeerAnswer = z.infer<typeof peerAnswerSchema>;
export type StartOutcome = z.infer<typeof startOutcomeSchema>;
