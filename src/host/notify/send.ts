import { toErrorInfo } from '../../contract/errors.ts';
import type { Deliveries, Delivery } from '../../contract/notifications.ts';
import { noteOutage } from '../history/note.ts';
import { configOf, type Host, nodeNameOf } from '../host.ts';
import { type Message, mailOf, type Sender, testMessage, webhookOf } from './message.ts';
import { readWays } from './settings.ts';

/** Pauses between tries. A server that restarts is back by then; what takes longer is not waited for. */
const retryMs = [2000, 10_000, 30_000];

/** Sends a message on all ways that are set. Never rejects; that one could not be sent is an event. */
export async function notify(host: Host, message: Message): Promise<void> {
  try {
    await noteDeliveries(host, await deliver(host, message, retryMs));
  } catch (error) {
    host.log.error({ error, message: message.title }, 'an admin could not be notified');
  }
}

/** Tried once, for whoever waits for the answer. */
export async function sendTest(host: Host): Promise<Deliveries> {
  return await deliver(host, testMessage(await nodeNameOf(host)), []);
}

async function deliver(host: Host, message: Message, pauses: readonly number[]): Promise<Deliveries> {
  const [{ email, webhook }, { clusterId, clusterName, nodeName }] = await Promise.all([
    readWays(host),
    configOf(host),
  ]);
  const sender: Sender = {
    host: nodeName,
    cluster: { id: clusterId, name: clusterName },
    at: host.clock.now(),
  };
  const [mailed, posted] = await Promise.all([
    email === null
      ? off
      : tried(host, pauses, () => host.messenger.mail({ ...email, ...mailOf(message, sender) })),
    webhook === null
      ? off
      : tried(host, pauses, () => host.messenger.post(webhook.url, webhookOf(message, sender))),
  ]);
  return { email: mailed, webhook: posted };
}

const off: Delivery = { state: 'off' };

async function tried(host: Host, pauses: readonly number[], send: () => Promise<void>): Promise<Delivery> {
  for (const pause of [...pauses, undefined]) {
    try {
      await send();
      return { state: 'sent' };
    } catch (error) {
      const { kind, message, cause } = toErrorInfo(error);
      host.log.warn({ error }, 'a notification was not taken');
      // What is not installed is not there in a minute either.
      if (pause === undefined || kind === 'unsupported') {
        return { state: 'failed', reason: cause === undefined ? message : `${message} ${cause}` };
      }
      await host.clock.sleep(pause);
    }
  }
  return off;
}

async function noteDeliveries(host: Host, deliveries: Deliveries): Promise<void> {
  const self = await nodeNameOf(host);
  for (const [way, words] of [
    ['email', 'e-mail'],
    ['webhook', 'webhook'],
  ] as const) {
    const delivery = deliveries[way];
    if (delivery.state === 'off') continue;
    const { told } = await noteOutage(
      host,
      {
        kind: 'notification-failed',
        severity: 'warning',
        host: self,
        subject: words,
        text: `${self} could not notify the admins by ${words}.`,
        ...(delivery.state === 'failed' ? { details: [delivery.reason] } : {}),
      },
      { over: delivery.state === 'sent' },
    );
    await told;
  }
}
