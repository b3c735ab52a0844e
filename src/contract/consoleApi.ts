import { z } from 'zod';
import {
  deploymentPlanSchema,
  deploymentSpecSchema,
  fenceAgentSchema,
  hostFactsSchema,
} from './deployment.ts';
import { rehearsalSchema } from './drill.ts';
import { embeddedActionSchema, embeddedOptionsSchema, embeddedSiteSchema } from './embedded.ts';
import { errorInfoSchema } from './errors.ts';
import { failoverRecordSchema } from './failover.ts';
import { findingSchema } from './finding.ts';
import { sectionNames, sectionSchemas } from './hostState.ts';
import {
  connectionSchema,
  hostAddressSchema,
  hostEntrySchema,
  promptAnswerSchema,
  promptSchema,
  settingsSchema,
} from './inventory.ts';
import { deliveriesSchema, notificationSettingsSchema } from './notifications.ts';
import { operationSchema, operationStepSchema } from './operation.ts';
import { planSchema, readinessSchema } from './plan.ts';
import { policySchema } from './policy.ts';
import { virtualIpNameSchema, virtualIpSpecSchema } from './virtualIp.ts';

/** What crosses between renderer and console core: calls and pushed events, the same for both shells. */

const nothing = z.object({});
const hostId = z.object({ hostId: z.string() });
const clusterId = z.object({ clusterId: z.string() });
const operationStarted = z.object({ operationId: z.string() });

/** One host as the core knows it. A section is the last one received; `at` tells its age. */
export const hostViewSchema = z.object({
  entry: hostEntrySchema,
  connection: connectionSchema,
  /** When the core last heard anything from the host's vmcl, by the core's clock; null: never. */
  lastHeardAt: z.number().nullable(),
  sections: z.object({
    system: sectionSchemas.system.optional(),
    load: sectionSchemas.load.optional(),
    vms: sectionSchemas.vms.optional(),
    cluster: sectionSchemas.cluster.optional(),
    quorumDisks: sectionSchemas.quorumDisks.optional(),
    policy: sectionSchemas.policy.optional(),
    takeover: sectionSchemas.takeover.optional(),
    history: sectionSchemas.history.optional(),
  }),
});
export type HostView = z.infer<typeof hostViewSchema>;

export const loadSampleSchema = z.object({
  at: z.number(),
  cpuPercent: z.number(),
  memoryFree: z.number(),
  memoryTotal: z.number(),
});
export type LoadSample = z.infer<typeof loadSampleSchema>;

export const appInfoSchema = z.object({
  version: z.string(),
  shell: z.enum(['electron', 'web']),
  /** Where secrets can be kept; `memory`: not beyond this run. */
  secretStorage: z.enum(['system-keyring', 'passphrase-file', 'memory']),
  /** Told once at start-up: a damaged settings file that was put aside, and the like. */
  notices: z.array(findingSchema),
});

/** What would happen if a host of the cluster failed now, for each of its hosts. */
export const clusterReadinessSchema = z.object({
  clusterId: z.string(),
  /** By the core's clock. */
  at: z.number(),
  hosts: z.array(readinessSchema),
  /** Contradictions in the policy, hosts whose figures are missing or old … */
  problems: z.array(findingSchema),
});
export type ClusterReadiness = z.infer<typeof clusterReadinessSchema>;

/** A plan with its times: when each start begins and the VM runs, in seconds after the failure, as far as known figures tell. */
export const forecastSchema = z.object({
  plan: planSchema,
  /** Seconds from the failure until starts begin: detection, fencing, mounting. */
  startsAfterS: z.number().nonnegative(),
  /** By VM uuid: seconds from the failure until it is started. */
  startedAtS: z.record(z.string(), z.number()),
});
export type Forecast = z.infer<typeof forecastSchema>;

export const snapshotSchema = z.object({
  /** The last event (see `ConsoleEvent`) that this snapshot already includes. */
  sequence: z.number().int().nonnegative(),
  app: appInfoSchema,
  settings: settingsSchema,
  hosts: z.array(hostViewSchema),
  prompts: z.array(promptSchema),
  operations: z.array(operationSchema),
  readiness: z.array(clusterReadinessSchema),
  /** Null: there is no embedded cluster. */
  embedded: embeddedSiteSchema.nullable(),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/** A dry run with its times, as `forecastSchema` has them. */
export const rehearsedFailureSchema = z.object({
  rehearsal: rehearsalSchema,
  ...forecastSchema.omit({ plan: true }).shape,
});
export type RehearsedFailure = z.infer<typeof rehearsedFailureSchema>;

/** What became of the test message of one host: on each way, or why it could not be asked. */
export const testDeliverySchema = z.object({
  host: z.string(),
  deliveries: deliveriesSchema.optional(),
  error: errorInfoSchema.optional(),
});
export type TestDelivery = z.infer<typeof testDeliverySchema>;

/** Calls: input and output of each. A call that fails answers with an `ErrorInfo` instead. */
export const consoleCalls = {
  /** Everything at once; events from then on bring it up to date. */
  snapshot: { input: nothing, output: snapshotSchema },
  'settings.set': { input: settingsSchema.partial(), output: settingsSchema },

  'hosts.add': { input: hostAddressSchema, output: hostId },
  'hosts.remove': { input: hostId, output: nothing },
  'hosts.connect': { input: hostId, output: nothing },
  'hosts.disconnect': { input: hostId, output: nothing },
  /** Load samples of the last hour that the core has seen, oldest first. */
  'hosts.loadHistory': { input: hostId, output: z.object({ samples: z.array(loadSampleSchema) }) },
  'hosts.sync': { input: hostId, output: operationStarted },
  'prompts.answer': {
    input: z.object({ promptId: z.string(), answer: promptAnswerSchema }),
    output: nothing,
  },

  /** What the chosen hosts offer, for the wizard's defaults. Hosts must be connected. */
  'deploy.facts': {
    input: z.object({ hostIds: z.array(z.string()).min(1) }),
    output: z.object({ hosts: z.array(hostFactsSchema), errors: z.array(errorInfoSchema) }),
  },
  'deploy.fenceAgent': {
    input: z.object({ hostId: z.string(), agent: z.string() }),
    output: fenceAgentSchema,
  },
  /** Checks everything on all hosts; the operation's findings are the result. */
  'deploy.preflight': { input: deploymentSpecSchema, output: operationStarted },
  'deploy.plan': { input: deploymentSpecSchema, output: deploymentPlanSchema },
  /** Carries out the plan with this id; refused with `conflict` if the hosts have changed since the review. */
  'deploy.run': {
    input: z.object({ spec: deploymentSpecSchema, planId: z.string() }),
    output: operationStarted,
  },
  'deploy.verify': { input: clusterId, output: operationStarted },
  'deploy.fenceTest': {
    input: clusterId.extend({ target: z.string(), confirm: z.string() }),
    output: operationStarted,
  },
  /** `confirm` is the cluster's name as typed by the admin. */
  'deploy.removeCluster': { input: clusterId.extend({ confirm: z.string() }), output: operationStarted },
  'deploy.addHost': {
    input: clusterId.extend({
      host: deploymentSpecSchema.shape.hosts.element,
      /** Needed where quorum disks are devices. */
      quorumDiskDevice: z.string().optional(),
      /** Parameters of this host, where fencing is by an agent. */
      fenceParameters: z.record(z.string(), z.string()).optional(),
    }),
    output: operationStarted,
  },
  'deploy.removeHost': {
    input: clusterId.extend({ node: z.string(), confirm: z.string() }),
    output: operationStarted,
  },
  'deploy.updateHostProgram': { input: clusterId, output: operationStarted },

  /**
   * Makes `policy` the cluster's. Rejects with `conflict` if its revision is not the one in force any more, and with
   * `invalid-input` if it contradicts itself.
   */
  'policy.set': {
    input: clusterId.extend({
      policy: policySchema,
      /** What is different, a line each, for the history. */
      changes: z.array(z.string()).max(50).optional(),
    }),
    output: z.object({ revision: z.number().int() }),
  },
  /** What would happen under `policy` (a draft, say) if `failed` failed now. Quick: asked while a VM is being dragged. */
  'policy.forecast': {
    input: clusterId.extend({ policy: policySchema, failed: z.array(z.string()).min(1) }),
    output: forecastSchema,
  },
  /** Goes through the failure of a host on the real cluster, without fencing it or starting anything. */
  'drill.rehearse': { input: clusterId.extend({ target: z.string() }), output: rehearsedFailureSchema },
  /** Has a host fenced and its takeover happen. `confirm` is its name as typed by the admin. */
  'drill.run': {
    input: clusterId.extend({ target: z.string(), confirm: z.string() }),
    output: operationStarted,
  },
  /** How the hosts notify admins. Rejects with `conflict` if `revision` is not the one in force any more. */
  'notifications.set': {
    input: clusterId.extend({
      settings: notificationSettingsSchema,
      revision: z.number().int().nonnegative(),
    }),
    output: z.object({ revision: z.number().int() }),
  },
  /** Each connected host of the cluster sends a test message: any of them may have to tell of a failover. */
  'notifications.test': {
    input: clusterId,
    output: z.object({ hosts: z.array(testDeliverySchema) }),
  },
  'history.get': {
    input: clusterId.extend({ id: z.uuid() }),
    output: z.object({ record: failoverRecordSchema }),
  },
  /** `confirm` is the name of the host as typed by the admin, who has made certain that it is off. */
  'takeover.confirmFenced': {
    input: clusterId.extend({ target: z.string(), confirm: z.string() }),
    output: nothing,
  },
  'maintenance.enter': { input: clusterId.extend({ node: z.string() }), output: nothing },
  'maintenance.leave': {
    input: clusterId.extend({ node: z.string(), bringHome: z.boolean() }),
    output: nothing,
  },
  /** Moves VMs that ran on `node` before its failure back to it, live. */
  'failback.start': {
    input: clusterId.extend({ node: z.string(), uuids: z.array(z.uuid()).min(1) }),
    output: nothing,
  },
  'moves.cancel': { input: clusterId.extend({ node: z.string() }), output: nothing },

  /** Rejects with `conflict` if its name or address is taken, and with `invalid-input` if no network of the hosts has it. */
  'virtualIp.add': { input: clusterId.extend({ spec: virtualIpSpecSchema }), output: nothing },
  /** To `host`, which is its preferred one from then on. */
  'virtualIp.move': {
    input: clusterId.extend({ name: virtualIpNameSchema, host: z.string() }),
    output: nothing,
  },
  'virtualIp.remove': { input: clusterId.extend({ name: virtualIpNameSchema }), output: nothing },

  /**
   * Makes the embedded cluster, or starts one again that is there in state `failed`; its hosts join the inventory and are
   * connected to. Answers as soon as that has begun. Rejects with `conflict` if there is one.
   */
  'embedded.start': { input: embeddedOptionsSchema, output: nothing },
  /** Ends it, takes its hosts out of the inventory and deletes its folder. Answers when nothing of it is left. */
  'embedded.remove': { input: nothing, output: nothing },
  /** Does something to it. Answers when it is done, not when it has had its effect. */
  'embedded.act': { input: z.object({ action: embeddedActionSchema }), output: nothing },

  'operations.cancel': { input: z.object({ operationId: z.string() }), output: nothing },
  'operations.dismiss': { input: z.object({ operationId: z.string() }), output: nothing },
} as const;

/** Events broadcast state; they never orchestrate. */
export const consoleEvents = {
  'settings.changed': settingsSchema,
  'host.added': hostViewSchema,
  'host.removed': hostId,
  'host.connection': hostId.extend({ connection: connectionSchema, lastHeardAt: z.number().nullable() }),
  'host.section': hostId.extend({ section: z.enum(sectionNames), at: z.number(), data: z.unknown() }),
  'prompt.opened': promptSchema,
  'prompt.closed': z.object({ promptId: z.string() }),
  'operation.changed': operationSchema,
  'operation.step': z.object({ operationId: z.string(), step: operationStepSchema }),
  'operation.removed': z.object({ operationId: z.string() }),
  /** Computed anew whenever load, VMs, policy or membership changed; at most once a second per cluster. */
  'cluster.readiness': clusterReadinessSchema,
  'cluster.readinessRemoved': clusterId,
  /** Whole, whenever something of it changed; null: it was removed. */
  'embedded.changed': z.object({ site: embeddedSiteSchema.nullable() }),
} as const;

export type ConsoleCallName = keyof typeof consoleCalls;
export type CallInput<K extends ConsoleCallName> = z.input<(typeof consoleCalls)[K]['input']>;
export type CallOutput<K extends ConsoleCallName> = z.infer<(typeof consoleCalls)[K]['output']>;
export type ConsoleEventName = keyof typeof consoleEvents;
export type ConsoleEventData<K extends ConsoleEventName> = z.infer<(typeof consoleEvents)[K]>;
/**
 * `sequence` counts events from 1 since the core started. An answer and an event may overtake each other on the way, so
 * whoever takes a snapshot drops the events that it includes already.
 */
export type ConsoleEvent = {
  [K in ConsoleEventName]: { sequence: number; name: K; data: ConsoleEventData<K> };
}[ConsoleEventName];

/** The envelope of a call's answer on either shell. */
export type CallResult<T> = { ok: true; value: T } | { ok: false; error: z.infer<typeof errorInfoSchema> };

/** What preload or the web client hands to the renderer as `window.minime`. */
export interface ConsoleBridge {
  call<K extends ConsoleCallName>(name: K, input: CallInput<K>): Promise<CallResult<CallOutput<K>>>;
  /** Returns the function that ends the subscription. */
  onEvent(listener: (event: ConsoleEvent) => void): () => void;
  /** Whether core and renderer are in touch (a web shell's socket can break). */
  onLink(listener: (connected: boolean) => void): () => void;
}
