import { type FailoverRecord, summaryOf } from '../../contract/failover.ts';
import type { NotificationKind, WebhookBody } from '../../contract/notifications.ts';

/** What an admin is told, before it is written for one of the ways. */
export interface Message {
  kind: NotificationKind;
  /** One sentence. */
  title: string;
  lines: string[];
  record?: FailoverRecord;
}

const listed = (hosts: readonly string[]): string =>
  hosts.length < 2 ? (hosts[0] ?? '') : `${hosts.slice(0, -1).join(', ')} and ${hosts.at(-1)}`;

const vms = (count: number): string => `${count} ${count === 1 ? 'VM' : 'VMs'}`;

/** More would be no message any more. */
const mostVms = 30;

export function begunMessage(record: FailoverRecord): Message {
  const owner = record.owners.at(-1)?.host ?? '';
  const continued = record.owners.length > 1;
  const failed = listed(record.failed);
  const { total } = summaryOf(record).counts;
  return {
    kind: continued ? 'failover-continued' : 'failover-begun',
    title: continued
      ? `${owner} goes on with the takeover of ${failed}.`
      : record.drill === undefined
        ? `${failed} failed: ${owner} takes over.`
        : `Fire drill: ${owner} takes over ${failed}.`,
    lines: [`${vms(total)} to be started elsewhere.`, ...fencingLines(record)],
    record,
  };
}

export function endedMessage(record: FailoverRecord): Message {
  const { total, running, down, refused } = summaryOf(record).counts;
  const lost = down + refused;
  const left = record.vms.filter(({ outcome }) => outcome === 'stays-down' || outcome === 'refused');
  return {
    kind: 'failover-ended',
    title: `The takeover of ${listed(record.failed)} has ended: ${
      lost === 0 ? `all of its ${vms(total)} run` : `${vms(lost)} of ${total} do not run`
    }.`,
    lines: [
      `${running} of ${vms(total)} running.`,
      ...fencingLines(record),
      ...left
        .slice(0, mostVms)
        .map(({ name, reasons }) => `${name} does not run. ${reasons.join(' ')}`.trim()),
      ...(left.length > mostVms ? [`and ${left.length - mostVms} more.`] : []),
    ],
    record,
  };
}

const fencingLines = ({ fencing }: FailoverRecord): string[] =>
  Object.entries(fencing).map(([host, how]) => `${host}: ${how}.`);

export const waitsMessage = (
  title: string,
  cause: string | undefined,
  remedy: string | undefined,
): Message => ({
  kind: 'failover-waits',
  title,
  lines: [cause, remedy].filter((line) => line !== undefined),
});

export const fencingFailedMessage = (host: string): Message => ({
  kind: 'fencing-failed',
  title: `The fencing of ${host} failed: its VMs stay down.`,
  lines: [
    `${host} is silent, and nobody can say that it is off. Started elsewhere as well, its VMs would destroy their disks.`,
    `Look at the fencing. If you have made certain that ${host} is off, confirm it as fenced.`,
  ],
});

export const testMessage = (host: string): Message => ({
  kind: 'test',
  title: `Test: ${host} can reach you.`,
  lines: ['Nothing has happened. An admin asked for this message.'],
});

export interface Sender {
  host: string;
  cluster: { id: string; name: string };
  at: number;
}

export const mailOf = (
  { title, lines }: Message,
  { host, cluster, at }: Sender,
): { subject: string; text: string } => ({
  subject: `[${cluster.name}] ${title}`,
  text: [title, '', ...lines, '', `${host}, ${new Date(at).toISOString()}`, ''].join('\n'),
});

export const webhookOf = (
  { kind, title, lines, record }: Message,
  { host, cluster, at }: Sender,
): WebhookBody => ({
  format: 1,
  text: [`[${cluster.name}] ${title}`, ...lines].join('\n'),
  kind,
  cluster,
  host,
  at: Math.floor(at),
  ...(record === undefined ? {} : { failover: summaryOf(record) }),
});
