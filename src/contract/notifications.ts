import { z } from 'zod';
import { failoverSummarySchema } from './failover.ts';

/**
 * How the hosts tell the admin of failovers while no console is open. The settings belong to the cluster. Addresses of webhooks are
 * secrets (whoever has one can post), so they never leave the hosts again, and lie in the CIB only sealed with the cluster key.
 */

const mailAddress = z
  .string()
  .trim()
  .max(254)
  .regex(/^[A-Za-z0-9._%+=-]+@[A-Za-z0-9.-]+$/, 'This is no e-mail address.')
  .refine((value) => !value.startsWith('-'), 'An address cannot begin with a hyphen.');

/** Neither a user nor a password before the server's name, and nothing that is not http. */
export const webhookUrlSchema = z
  .string()
  .trim()
  .max(2000)
  .regex(
    /^https?:\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:[/?#]\S*)?$/,
    'Enter an address that begins with https:// or http://, without user and password.',
  );

export const emailSettingsSchema = z.object({
  to: z.array(mailAddress).min(1).max(20),
  /** Absent: what the host's own mail system puts there. */
  from: mailAddress.optional(),
});

/** As an admin sets them. `keep`: the webhook stays what it is. */
export const notificationSettingsSchema = z.object({
  email: emailSettingsSchema.nullable(),
  webhook: z.union([z.object({ url: webhookUrlSchema }), z.literal('keep')]).nullable(),
});
export type NotificationSettings = z.infer<typeof notificationSettingsSchema>;

/** As the hosts show them. */
export const notificationViewSchema = z.object({
  /** Counts edits; 0: nobody has set any yet. */
  revision: z.number().int().nonnegative(),
  email: emailSettingsSchema.nullable(),
  /** `server`: scheme and host of its address; the rest is not shown. */
  webhook: z.object({ server: z.string() }).nullable(),
  editedAt: z.number().optional(),
  editedBy: z.string().optional(),
});
export type NotificationView = z.infer<typeof notificationViewSchema>;

export const notificationKinds = [
  'failover-begun',
  /** Another owner goes on with it. */
  'failover-continued',
  /** VMs wait until the failed host is certain to be off. */
  'failover-waits',
  'failover-ended',
  'fencing-failed',
  'test',
] as const;
export type NotificationKind = (typeof notificationKinds)[number];

/** What is posted to a webhook. `text` is where Slack, Mattermost and the like look. */
export const webhookBodySchema = z.object({
  format: z.literal(1),
  text: z.string(),
  kind: z.enum(notificationKinds),
  cluster: z.object({ id: z.string(), name: z.string() }),
  /** Who sends it. */
  host: z.string(),
  at: z.number(),
  failover: failoverSummarySchema.optional(),
});
export type WebhookBody = z.infer<typeof webhookBodySchema>;

/** What became of one message on one of its ways. */
export const deliverySchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('off') }),
  z.object({ state: z.literal('sent') }),
  z.object({ state: z.literal('failed'), reason: z.string() }),
]);
export type Delivery = z.infer<typeof deliverySchema>;

export const deliveriesSchema = z.object({ email: deliverySchema, webhook: deliverySchema });
export type Deliveries = z.infer<typeof deliveriesSchema>;
