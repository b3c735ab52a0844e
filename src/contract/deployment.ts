import { z } from 'zod';
import { findingSchema } from './finding.ts';

/** A node name as Corosync and Pacemaker take it: a host name label. */
const nodeNameSchema = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i, 'Use letters, digits and hyphens, at most 63.');

const absolutePath = z
  .string()
  .regex(/^\/[^\0\n]*$/, 'Enter an absolute path.')
  .refine((path) => !path.split('/').includes('..'), 'A path cannot contain "..".');

const devicePath = absolutePath.refine((path) => path.startsWith('/dev/'), 'Enter a device under /dev.');

const agentName = z.string().regex(/^fence_[A-Za-z0-9_]+$/, 'A fence agent is named fence_…');

/** `none` is for test machines without one: a host that hangs then does not reset itself. */
const watchdogChoice = z.union([z.object({ device: devicePath }), z.literal('none')]);

export const fencingChoiceSchema = z.discriminatedUnion('method', [
  z.object({
    method: z.literal('sbd-disk'),
    /** One to three poison-pill disks, the same path on every host. */
    devices: z.array(devicePath).min(1).max(3),
    watchdog: watchdogChoice,
  }),
  z.object({ method: z.literal('sbd-watchdog'), watchdog: watchdogChoice }),
  z.object({
    method: z.literal('agent'),
    agent: agentName,
    /** Parameters by name as the agent's metadata has them, common to all hosts, and per node name. */
    shared: z.record(z.string(), z.string()),
    perHost: z.record(z.string(), z.record(z.string(), z.string())),
  }),
]);

export const transportSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('knet') }),
  z.object({
    kind: z.literal('udp-multicast'),
    address: z.string(),
    port: z.number().int().min(1).max(65535),
  }),
  z.object({ kind: z.literal('udp-broadcast'), port: z.number().int().min(1).max(65535) }),
]);

export const quorumDiskChoiceSchema = z.discriminatedUnion('kind', [
  /** Device by node name; every host must see every one of them under the same path. */
  z.object({ kind: z.literal('device'), devices: z.record(z.string(), devicePath) }),
  /** Image files `quorum-<node>.img` in a folder of shared storage. */
  z.object({ kind: z.literal('image'), folder: absolutePath, sizeMiB: z.number().int().min(32).max(4096) }),
]);

/** What the admin chooses in the wizard; the same document drives deployment from a script. */
export const deploymentSpecSchema = z.object({
  clusterName: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/, 'Use up to 32 letters, digits, - and _.'),
  hosts: z
    .array(
      z.object({
        /** Inventory id. */
        hostId: z.string(),
        nodeName: nodeNameSchema,
        /** This host's address on each heartbeat link, in link order. */
        linkAddresses: z
          .array(z.union([z.ipv4(), z.ipv6()]))
          .min(1)
          .max(8),
      }),
    )
    .min(2)
    .max(32),
  transport: transportSchema,
  /** Corosync's token timeout in ms, before its own addition per host beyond two. */
  tokenMs: z.number().int().min(500).max(60_000),
  quorumDisks: quorumDiskChoiceSchema,
  fencing: fencingChoiceSchema,
  /** A folder where the disks of VMs lie, proved to be the same on all hosts. At least one. */
  sharedFolders: z.array(absolutePath).min(1),
});

export type DeploymentSpec = z.infer<typeof deploymentSpecSchema>;
export type FencingChoice = z.infer<typeof fencingChoiceSchema>;

/** What a host offers the wizard, so that it can fill in good defaults. */
export const hostFactsSchema = z.object({
  hostId: z.string(),
  hostname: z.string(),
  distribution: z.object({
    id: z.string(),
    version: z.string(),
    prettyName: z.string(),
    family: z.enum(['debian', 'rhel', 'suse', 'unknown']),
    /** False where deployment was never tried on this family. */
    tested: z.boolean(),
  }),
  addresses: z.array(z.object({ interface: z.string(), address: z.string(), prefix: z.number().int() })),
  blockDevices: z.array(
    z.object({
      path: z.string(),
      size: z.number(),
      /** Stable names under /dev/disk/by-id and the like. */
      aliases: z.array(z.string()),
      /** What it holds or who uses it; absent: empty and free. */
      content: z.string().optional(),
    }),
  ),
  sharedFolders: z.array(z.object({ path: z.string(), fsType: z.string(), source: z.string() })),
  watchdogs: z.array(z.string()),
  existingCluster: z.object({ name: z.string().optional(), managedByMinime: z.boolean() }).optional(),
  fenceAgents: z.array(z.string()),
});
export type HostFacts = z.infer<typeof hostFactsSchema>;

/** A fence agent's form, read from its own metadata. */
export const fenceAgentSchema = z.object({
  name: z.string(),
  description: z.string(),
  parameters: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      required: z.boolean(),
      secret: z.boolean(),
      type: z.enum(['string', 'integer', 'boolean', 'select', 'second']),
      default: z.string().optional(),
      options: z.array(z.string()).optional(),
    }),
  ),
});
export type FenceAgent = z.infer<typeof fenceAgentSchema>;

/** One thing deployment will do on one host, complete: what is shown in the review is what is carried out. */
export const planStepSchema = z.object({
  id: z.string(),
  /** Node name. */
  host: z.string(),
  phase: z.enum(['packages', 'files', 'storage', 'engine', 'configuration', 'program']),
  title: z.string(),
  /** Overwrites or formats something that cannot be had back. */
  destructive: z.boolean(),
  action: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('file'),
      path: z.string(),
      mode: z.string(),
      /** Null when the content is a secret or a program; `summary` then says what it is. */
      content: z.string().nullable(),
      summary: z.string().optional(),
      change: z.enum(['new', 'changed', 'same']),
    }),
    z.object({
      kind: z.literal('command'),
      argv: z.array(z.string()),
      /** True if a look at the host shows that it is done already. */
      done: z.boolean(),
    }),
  ]),
});

export const deploymentPlanSchema = z.object({
  /** Hash over spec and steps; `deploy` carries out only the plan that was reviewed. */
  id: z.string(),
  spec: deploymentSpecSchema,
  steps: z.array(planStepSchema),
  warnings: z.array(findingSchema),
});
export type PlanStep = z.infer<typeof planStepSchema>;
export type DeploymentPlan = z.infer<typeof deploymentPlanSchema>;
