import { z } from 'zod';
import { errorInfoSchema } from './errors.ts';

/** The embedded hosts: a site that Minime runs itself, to be tried out and broken. */

const host = z.string().min(1);
const vm = z.string().min(1);
/** Heartbeat links count from 0. */
const link = z.number().int().min(0).max(1);

/** What can be done to it. Hosts by name, VMs by uuid. Each kind of harm has its undoing; see `EmbeddedFault`. */
export const embeddedActionSchema = z.discriminatedUnion('kind', [
  /** Its power is cut. It stays off until it is booted. */
  z.object({ kind: z.literal('kill-host'), host }),
  /** Its kernel stands still: it is silent until it is fenced, which boots it. */
  z.object({ kind: z.literal('crash-host'), host }),
  z.object({ kind: z.literal('boot-host'), host }),
  /** In good order, as the policy has it for its VMs. */
  z.object({ kind: z.literal('shut-down-host'), host }),
  z.object({ kind: z.literal('cut-link'), host, link }),
  z.object({ kind: z.literal('mend-link'), host, link }),
  /** These hosts hear each other, and none of the others. All of one cluster, and not all of it. */
  z.object({ kind: z.literal('partition'), hosts: z.array(host).min(1) }),
  /** Partitions and cut links are gone. */
  z.object({ kind: z.literal('heal-network') }),
  z.object({ kind: z.literal('start-vm'), vm }),
  /** By its owner, from inside: it is meant to stay down. */
  z.object({ kind: z.literal('shut-down-vm'), vm }),
  /** How its starts go on every host from now on. `hang-once`: the next one hangs, later ones work. */
  z.object({ kind: z.literal('vm-starts'), vm, how: z.enum(['work', 'fail', 'hang', 'hang-once']) }),
  /** Somebody changes its definition on the quorum disk; `restore` puts back what was there. */
  z.object({ kind: z.literal('tamper-definition'), vm }),
  z.object({ kind: z.literal('restore-definition'), vm }),
  /** The quorum disk of a host. */
  z.object({
    kind: z.literal('quorum-disk'),
    host,
    becomes: z.enum(['good', 'full', 'read-only', 'unreadable', 'gone']),
  }),
  /** Whether whoever fences this host succeeds. */
  z.object({ kind: z.literal('fencing'), host, works: z.boolean() }),
  z.object({ kind: z.literal('hypervisor'), host, answers: z.boolean() }),
]);
export type EmbeddedAction = z.infer<typeof embeddedActionSchema>;

/** Something that is broken on purpose now, and what repairs it. */
export const embeddedFaultSchema = z.object({
  /** Stays the same while the fault lasts. */
  id: z.string(),
  /** One sentence: "embedded-2 is switched off." */
  title: z.string(),
  host: host.optional(),
  /** Its uuid. */
  vm: vm.optional(),
  undo: embeddedActionSchema,
});
export type EmbeddedFault = z.infer<typeof embeddedFaultSchema>;

export const embeddedHostSchema = z.object({
  name: host,
  /** In the inventory; null: it is not there yet. */
  hostId: z.string().nullable(),
  clusterId: z.string(),
  /** `booting`: switched on, and not yet there. */
  power: z.enum(['on', 'booting', 'off']),
});

export const embeddedVmSchema = z.object({
  uuid: vm,
  name: z.string(),
  clusterId: z.string(),
  /** Bytes. */
  memory: z.number(),
  /** Where it runs or is being started; null: nowhere. */
  host: host.nullable(),
  /** `starting` lasts for ever where a start hangs. */
  state: z.enum(['running', 'starting', 'off']),
});

export const embeddedSiteSchema = z.object({
  /**
   * `starting`: being made, or come up after the console was started. `failed`: cannot be used, see `error`; it can be
   * started again or removed.
   */
  state: z.enum(['starting', 'running', 'removing', 'failed']),
  error: errorInfoSchema.optional(),
  /** Everything it consists of is in there; removing it deletes the folder. */
  folder: z.string(),
  /** How much faster than real hosts' its time goes by. */
  speed: z.number().positive(),
  /** Its hosts came without high availability: deployment puts it there. */
  bare: z.boolean(),
  /** One, or several where there are more hosts than Corosync takes. Their ids are those of the section `cluster`. */
  clusters: z.array(z.object({ id: z.string(), name: z.string() })),
  hosts: z.array(embeddedHostSchema),
  vms: z.array(embeddedVmSchema),
  faults: z.array(embeddedFaultSchema),
});
export type EmbeddedSite = z.infer<typeof embeddedSiteSchema>;

export const embeddedOptionsSchema = z.object({
  hosts: z.number().int().min(1).max(100).default(3),
  /** Default: a dozen for three hosts, four for each host beyond. */
  vms: z.number().int().min(0).max(5000).optional(),
  speed: z.number().min(1).max(100).default(1),
  /** Hosts without high availability, to try out its deployment. */
  bare: z.boolean().default(false),
});
export type EmbeddedOptions = z.infer<typeof embeddedOptionsSchema>;
