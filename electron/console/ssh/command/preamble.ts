import type ssh2 from 'ssh2';
import type { MinimeError } from '../../../../src/contract/errors.ts';
import { cancelled, tooSlow } from '../errors.ts';
import { type CommandLine, PROCESS_ID } from './commandLine.ts';
import { type ExecuteContext, MAX_NOISE } from './execute.ts';
import { neverStarted } from './startFailure.ts';
import { StartFilter } from './startFilter.ts';

export interface Opening {
  line: CommandLine;
  preamble: string;
  /** Milliseconds until the preamble must have come. */
  timeoutMs: number;
  signal: AbortSignal | undefined;
  /** The noise filter of standard error, fed by the caller. */
  err: StartFilter;
  /** Why a program that did start has ended before its preamble. */
  endedEarly: () => MinimeError;
  /** Called before a rejection if the program may still be running; gets its process id, or an empty string. */
  stop: (pid: string) => void;
}

/**
 * Waits for the start marker, then for the program's preamble line. Resolves with the bytes after it, the channel paused,
 * and the program's process id.
 */
export function awaitPreamble(
  context: ExecuteContext,
  channel: ssh2.ClientChannel,
  opening: Opening,
): Promise<{ rest: Buffer; pid: string }> {
  const { rights, host, lost } = context;
  const { line, signal, err } = opening;
  const out = new StartFilter(line.marker, PROCESS_ID);
  // The filter wants the preamble at the beginning of a line, and the program's output begins one.
  const greeting = new StartFilter(opening.preamble);
  greeting.push(Buffer.from('\n'));

  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      lost.removeEventListener('abort', onLost);
      channel.removeListener('data', onData);
      channel.removeListener('close', onClose);
      finish();
    };
    const giveUp = (error: unknown) =>
      settle(() => {
        channel.resume();
        opening.stop(out.tail);
        reject(error);
      });
    const onAbort = () => giveUp(cancelled(host));
    const onLost = () => settle(() => reject(lost.reason));
    const onClose = () =>
      setImmediate(() =>
        settle(() => {
          if (lost.aborted) reject(lost.reason);
          else reject(out.started ? opening.endedEarly() : neverStarted(host, out, err, rights));
        }),
      );
    const onData = (chunk: Buffer) => {
      const wasStarted = out.started;
      const own = out.push(chunk);
      if (!wasStarted && out.started) channel.write(line.stdinPrefix);
      const rest = own === null ? null : greeting.push(own);
      if (rest !== null) {
        channel.pause();
        settle(() => resolve({ rest, pid: out.tail }));
      } else if (out.dropped + greeting.dropped > MAX_NOISE) {
        giveUp(neverStarted(host, out.started ? greeting : out, err, rights));
      }
    };
    const timer = setTimeout(
      () =>
        giveUp(tooSlow(host, out.started ? 'Starting the program' : 'The login shell', opening.timeoutMs)),
      opening.timeoutMs,
    );
    signal?.addEventListener('abort', onAbort);
    lost.addEventListener('abort', onLost);
    channel.on('close', onClose);
    channel.on('data', onData);
    if (rights.elevation === 'sudo-password') channel.write(`${rights.password ?? ''}\n`);
    if (lost.aborted) onLost();
    else if (signal?.aborted) onAbort();
  });
}
