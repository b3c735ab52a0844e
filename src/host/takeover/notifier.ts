import type { Host } from '../host.ts';
import type { Message } from '../notify/message.ts';
import { notify } from '../notify/send.ts';
import type { TakeoverWorld } from './deps.ts';

/** Messages of a takeover, each on its way as soon as there is one. */
export function notifier(host: Host): Pick<TakeoverWorld, 'notify' | 'notified'> {
  const underWay = new Set<Promise<void>>();
  return {
    notify: (message: Message) => {
      const sending = notify(host, message).finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
    notified: async () => {
      await Promise.all(underWay);
    },
  };
}
