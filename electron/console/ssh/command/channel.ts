import type ssh2 from 'ssh2';
import { MinimeError } from '../../../../src/contract/errors.ts';

/** The server does not open another channel now: MaxSessions is reached. */
export class ChannelRefused extends Error {}

type ExitListener = (code: number | null, signal?: string) => void;
const exits = new WeakMap<ssh2.ClientChannel, Parameters<ExitListener>>();

/**
 * Like the channel's `exit` event, but never missed: a program that ends at once has its exit status in the same packet
 * as the channel's opening, so the event comes before whoever awaits `openChannel` runs.
 */
export function onExit(channel: ssh2.ClientChannel, listener: ExitListener): void {
  const seen = exits.get(channel);
  if (seen === undefined) channel.on('exit', listener);
  else listener(...seen);
}

/** Opens a channel that runs `command`. Rejects with `ChannelRefused` or a MinimeError. */
export function openChannel(client: ssh2.Client, command: string, host: string): Promise<ssh2.ClientChannel> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      if (/open failure/i.test(error.message)) reject(new ChannelRefused(error.message));
      else reject(refused(host, error));
    };
    try {
      client.exec(command, (error, channel) => {
        if (error !== undefined && error !== null) return fail(error);
        channel.on('exit', (code: number | null, signal?: string) =>
          exits.set(channel, signal === undefined ? [code] : [code, signal]),
        );
        resolve(channel);
      });
    } catch (thrown) {
      fail(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  });
}

function refused(host: string, error: Error): MinimeError {
  return new MinimeError(
    {
      kind: 'unreachable',
      host,
      message: `${host} did not run the command.`,
      cause: error.message,
      remedy: 'Check that the account may run commands over SSH, and the log of sshd on the host.',
    },
    { cause: error },
  );
}
