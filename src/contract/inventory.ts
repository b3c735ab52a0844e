import { z } from 'zod';
import { errorInfoSchema } from './errors.ts';
import { findingSchema } from './finding.ts';

/** How the admin's machine reaches a host. Secrets are never part of it. */
export const hostAddressSchema = z.object({
  /** Host name, IP address, or a Host alias of ~/.ssh/config. */
  address: z
    .string()
    .trim()
    .min(1, 'Enter a host name or an IP address.')
    .max(253)
    .regex(/^[A-Za-z0-9_.:%-]+$/, 'Only letters, digits and . : - _ % can stand in an address.')
    .refine((value) => !value.startsWith('-'), 'An address cannot begin with a hyphen.'),
  port: z.number().int().min(1).max(65535).optional(),
  user: z
    .string()
    .regex(/^[A-Za-z0-9_.@\\-]+$/, 'This user name holds a character that is not allowed.')
    .max(64)
    .optional(),
  /** Extra private key file, tried before those of ~/.ssh/config and the agent. */
  identityFile: z.string().optional(),
});

/** What a host last told of itself, so that it is recognised while it cannot be reached. */
export const lastKnownSchema = z.object({
  nodeName: z.string(),
  /** Absent: it belonged to no cluster that Minime deployed. */
  cluster: z.object({ id: z.string(), name: z.string() }).optional(),
});
export type LastKnown = z.infer<typeof lastKnownSchema>;

export const hostEntrySchema = hostAddressSchema.extend({
  id: z.string(),
  addedAt: z.number(),
  /** A host of the embedded cluster; see `EmbeddedSite`. */
  embedded: z.literal(true).optional(),
  /** Absent: it has never told anything. */
  lastKnown: lastKnownSchema.optional(),
});

/**
 * A connection's life. `awaiting-admin`: a prompt (host key, password …) is open for it. `bare`: logged in, no vmcl
 * on the host yet. `version-mismatch`: vmcl is there but speaks another protocol. `online`: vmcl serve is running.
 */
export const connectionStates = [
  'disconnected',
  'connecting',
  'awaiting-admin',
  'bare',
  'version-mismatch',
  'online',
  'reconnecting',
  'failed',
] as const;

export const connectionSchema = z.object({
  state: z.enum(connectionStates),
  since: z.number(),
  /** Why it is not online, for `reconnecting`, `failed` and `version-mismatch`. */
  error: errorInfoSchema.optional(),
  /** `reconnecting`: how often it was tried, and when the next try is due. */
  attempt: z.number().int().optional(),
  nextAttemptAt: z.number().optional(),
  vmclVersion: z.string().optional(),
  /** What is wrong with the session although it stands: a section that cannot be understood, and the like. */
  problems: z.array(findingSchema).optional(),
  /** How root rights are had on this host. */
  privilege: z.enum(['root', 'sudo', 'sudo-password', 'none']).optional(),
});

export type HostAddress = z.infer<typeof hostAddressSchema>;
export type HostEntry = z.infer<typeof hostEntrySchema>;
export type Connection = z.infer<typeof connectionSchema>;
export type ConnectionState = (typeof connectionStates)[number];

/** A question that only the admin can answer. Answers go to the core once and are never sent back. */
export const promptSchema = z.discriminatedUnion('kind', [
  z.object({
    id: z.string(),
    hostId: z.string(),
    host: z.string(),
    kind: z.literal('host-key'),
    keyType: z.string(),
    /** `SHA256:…`, as ssh-keygen -l prints it. */
    fingerprint: z.string(),
  }),
  z.object({
    id: z.string(),
    hostId: z.string(),
    host: z.string(),
    kind: z.literal('secret'),
    purpose: z.enum(['password', 'passphrase', 'keyboard-interactive', 'sudo']),
    /** What the server or key asks, shown as it is; `echo` false hides the typing. */
    questions: z.array(z.object({ text: z.string(), echo: z.boolean() })),
    /** Set when an earlier answer was wrong. */
    problem: z.string().optional(),
    user: z.string().optional(),
    keyFile: z.string().optional(),
    /** Whether the answer can be kept in encrypted storage. */
    canRemember: z.boolean(),
  }),
]);

export const promptAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('host-key'), accept: z.boolean() }),
  z.object({ kind: z.literal('secret'), answers: z.array(z.string()), remember: z.boolean() }),
  z.object({ kind: z.literal('cancel') }),
]);

export type Prompt = z.infer<typeof promptSchema>;
export type PromptAnswer = z.infer<typeof promptAnswerSchema>;

export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  /** Whether the desktop tells of failovers that begin and end; absent: yes, where it may. */
  desktopNotifications: z.boolean().optional(),
  /** The tour was taken or declined; absent: it is still offered. */
  tourSeen: z.boolean().optional(),
});
export type Settings = z.infer<typeof settingsSchema>;
