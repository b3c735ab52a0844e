import { z } from 'zod';
import { failoverKinds } from '../../contract/failover.ts';

/** What is written down in the journal of a takeover, each before it is acted upon. Times in Unix milliseconds. */

const uuid = z.string();
const host = z.string();
const reason = z.string();

export const journalEventSchema = z.discriminatedUnion('what', [
  /** An owner sets to work; the first one with this id begins the takeover. */
  z.object({
    what: z.literal('begun'),
    owner: host,
    kind: z.enum(failoverKinds),
    /** All hosts whose VMs are cared for under this id at that moment; the id is the first one's. */
    homes: z.array(host),
    /** How it was lost, in words. */
    loss: z.string(),
  }),
  z.object({ what: z.literal('surveyed'), silent: z.array(host) }),
  z.object({
    what: z.literal('planned'),
    vms: z.array(
      z.object({ uuid, name: z.string(), host: host.nullable(), position: z.number().optional() }),
    ),
  }),
  z.object({ what: z.literal('starting'), uuid, name: z.string(), host }),
  z.object({ what: z.literal('started'), uuid, host }),
  z.object({ what: z.literal('failed'), uuid, host, reason }),
  /** `stopped` false: it may come up yet, and must not be started elsewhere. */
  z.object({ what: z.literal('hung'), uuid, host, reason, stopped: z.boolean() }),
  z.object({ what: z.literal('refused'), uuid, reason }),
  z.object({ what: z.literal('elsewhere'), uuid, host }),
  z.object({ what: z.literal('down'), uuid, reason }),
  /** It ran, or was being started there, and is certain not to run there any more. */
  z.object({ what: z.literal('lost'), uuid, host, reason }),
  /** It is on the quorum disk of the host it runs on; what is here of it can go. */
  z.object({ what: z.literal('handed'), uuid, name: z.string(), host }),
  z.object({ what: z.literal('ended') }),
]);
export type JournalEvent = z.infer<typeof journalEventSchema>;

export const journalLineSchema = z.object({
  clusterId: z.string(),
  home: host,
  /** Of the takeover. */
  id: z.uuid(),
  /** Counts the lines of the file from 1, so that none can be left out or put elsewhere unnoticed. */
  seq: z.number().int().positive(),
  at: z.number(),
  event: journalEventSchema,
});
export type JournalLine = z.infer<typeof journalLineSchema>;

/** The lines that are believed, in order, and what was wrong with others. */
export interface JournalContent {
  lines: JournalLine[];
  /** Signed by somebody else, or out of place; lines that a crash cut short are not among them. */
  rejected: { line: number; cause: string }[];
}

export const emptyJournal: JournalContent = { lines: [], rejected: [] };
