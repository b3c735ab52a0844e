import { z } from 'zod';
import { MinimeError } from '../../contract/errors.ts';
import type { Finding } from '../../contract/finding.ts';
import {
  emailSettingsSchema,
  type NotificationSettings,
  type NotificationView,
  webhookUrlSchema,
} from '../../contract/notifications.ts';
import { noteEvent } from '../history/note.ts';
import type { Host } from '../host.ts';
import { parseJson } from '../json.ts';
import { seal, unseal } from './seal.ts';

/** Like the policy, one document per revision: only one of two editors can create the next one. */
const prefix = 'notifications-';
const nameOf = (revision: number): string => `${prefix}${revision}`;

const keptSchema = z.object({
  email: emailSettingsSchema.nullable(),
  webhook: z.object({ url: webhookUrlSchema }).nullable(),
  editedAt: z.number(),
  editedBy: z.string(),
});
type Kept = z.infer<typeof keptSchema>;

export type Ways = Pick<Kept, 'email' | 'webhook'>;
const noWays = { email: null, webhook: null } satisfies Ways;

interface InForce {
  revision: number;
  /** Undefined: none was set, or none that can be read. */
  kept: Kept | undefined;
}

async function readInForce(host: Host): Promise<InForce> {
  const documents = await host.engine.documents(prefix);
  const revision = Math.max(0, ...revisionsOf(documents.keys()));
  const sealed = documents.get(nameOf(revision));
  if (sealed === undefined) return { revision: 0, kept: undefined };
  const text = unseal(sealed, await host.clusterKey());
  return { revision, kept: text === undefined ? undefined : keptSchema.safeParse(parseJson(text)).data };
}

const revisionsOf = (names: Iterable<string>): number[] =>
  [...names]
    .map((name) => Number(name.slice(prefix.length)))
    .filter((revision) => Number.isInteger(revision));

/** How admins are reached; in no way if nobody has said how. Rejects with `unreachable` while the engine does not run. */
export async function readWays(host: Host): Promise<Ways> {
  return (await readInForce(host)).kept ?? noWays;
}

/** What may be shown of them, and what is wrong with them. */
export async function viewNotifications(
  host: Host,
): Promise<{ view: NotificationView; problems: Finding[] }> {
  const { revision, kept } = await readInForce(host);
  if (kept === undefined) {
    return { view: { revision, ...noWays }, problems: revision === 0 ? [] : [unreadable] };
  }
  const { email, webhook, editedAt, editedBy } = kept;
  return {
    view: {
      revision,
      email,
      webhook: webhook === null ? null : { server: serverOf(webhook.url) },
      editedAt,
      editedBy,
    },
    problems: [],
  };
}

/** All of an address that is no secret. */
export const serverOf = (url: string): string => new URL(url).origin;

/** Rejects with `conflict` if another edit came first. */
export async function setNotifications(
  host: Host,
  settings: NotificationSettings,
  { revision, by }: { revision: number; by: string },
): Promise<number> {
  const before = await readInForce(host);
  if (before.revision !== revision) throw overtaken(before.kept?.editedBy);
  const webhook = settings.webhook === 'keep' ? (before.kept?.webhook ?? null) : settings.webhook;
  const kept: Kept = { email: settings.email, webhook, editedAt: host.clock.now(), editedBy: by };
  const text = seal(JSON.stringify(kept), await host.clusterKey());
  const next = revision + 1;
  if (!(await host.engine.createDocument(nameOf(next), text))) throw overtaken(undefined);
  if (revision > 0) {
    await host.engine.removeDocument(nameOf(revision)).catch((error: unknown) => {
      host.log.warn({ error }, 'the former settings of notifications could not be removed');
    });
  }
  await noteEvent(host, {
    kind: 'notifications-changed',
    severity: 'info',
    by,
    text: `Notifications by the hosts were changed: ${wordsOf(kept)}.`,
  });
  return next;
}

function wordsOf({ email, webhook }: Ways): string {
  const ways = [
    ...(email === null ? [] : [`e-mail to ${email.to.join(', ')}`]),
    ...(webhook === null ? [] : [`webhook at ${serverOf(webhook.url)}`]),
  ];
  return ways.length === 0 ? 'none are sent' : ways.join('; ');
}

const overtaken = (by: string | undefined): MinimeError =>
  new MinimeError({
    kind: 'conflict',
    message: `The notifications were changed${by === undefined ? '' : ` by ${by}`} meanwhile.`,
    remedy: 'Look at what is set now, and edit again.',
  });

const unreadable: Finding = {
  id: 'notifications-unreadable',
  severity: 'error',
  title: 'How to notify admins cannot be read: no notification is sent.',
  cause: 'The settings were sealed with another cluster key, or by a newer Minime.',
  remedy: 'Set the notifications again.',
};
