import { z } from 'zod';
import {
  embeddedActionSchema,
  embeddedHostSchema,
  embeddedOptionsSchema,
  embeddedSiteSchema,
} from './embedded.ts';

/**
 * Between the console core and the program that runs the embedded hosts, which it starts itself: JSON-RPC over a message
 * port. Everything about the hosts as hosts goes over SSH, as with real ones.
 */

const nothing = z.object({});

/** What the program knows of its site; the console adds the rest. */
export const embeddedReportSchema = embeddedSiteSchema
  .pick({ speed: true, bare: true, clusters: true, vms: true, faults: true })
  .extend({
    /** Everything was set up; before, a host that dies would take VMs with it that nobody knows of yet. */
    ready: z.boolean(),
    hosts: z.array(embeddedHostSchema.omit({ hostId: true })),
  });
export type EmbeddedReport = z.infer<typeof embeddedReportSchema>;

/** How a host is reached while it is on. `hostKey` as in known_hosts: type and key. */
export const embeddedServerSchema = z.object({
  name: z.string(),
  port: z.number().int(),
  hostKey: z.string(),
});
export type EmbeddedServer = z.infer<typeof embeddedServerSchema>;

export const embeddedProgramCalls = {
  /** Comes up with what is in the folder; makes it with these options if there is nothing. Answers before any host is up. */
  start: {
    params: z.object({
      folder: z.string(),
      version: z.string(),
      /** The one key that is let in: type and key. */
      authorizedKey: z.string(),
      options: embeddedOptionsSchema,
    }),
    result: embeddedReportSchema,
  },
  act: { params: z.object({ action: embeddedActionSchema }), result: nothing },
  /** Writes everything down and ends. */
  stop: { params: nothing, result: nothing },
} as const;

export const embeddedProgramEvents = {
  report: embeddedReportSchema,
  /** A host is there to be connected to, from now on at this port. */
  server: embeddedServerSchema,
  log: z.object({ level: z.enum(['info', 'warn', 'error']), message: z.string(), fields: z.unknown() }),
} as const;

export type EmbeddedProgramCall = keyof typeof embeddedProgramCalls;
export type EmbeddedProgramParams<K extends EmbeddedProgramCall> = z.infer<
  (typeof embeddedProgramCalls)[K]['params']
>;
export type EmbeddedProgramResult<K extends EmbeddedProgramCall> = z.infer<
  (typeof embeddedProgramCalls)[K]['result']
>;
