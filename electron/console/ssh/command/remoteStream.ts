import { MinimeError } from '../../../../src/contract/errors.ts';
import type { RemoteStream } from '../remoteHost.ts';
import { onExit, openChannel } from './channel.ts';
import { ChannelDuplex } from './channelDuplex.ts';
import { commandLine } from './commandLine.ts';
import type { ExecuteContext } from './execute.ts';
import { awaitPreamble } from './preamble.ts';
import { StartFilter } from './startFilter.ts';
import { terminate } from './terminate.ts';

/** Characters of standard error kept for the report of how the program ended. */
const KEPT_STDERR = 64 * 1024;

/** Milliseconds a program has to end by itself when its standard input is closed. */
const CLOSE_GRACE = 3_000;

export interface StreamOptions {
  signal?: AbortSignal;
  timeoutMs: number;
}

/** Starts a program and waits for its preamble line. See `RemoteHost.openStream`. */
export async function openRemoteStream(
  context: ExecuteContext,
  argv: readonly string[],
  preamble: string,
  options: StreamOptions,
): Promise<RemoteStream> {
  const { host, lost } = context;
  const line = commandLine(argv, context.rights.elevation);
  const channel = await openChannel(context.client, line.text, host);
  const err = new StartFilter(line.marker);
  let stderr = '';
  let exit: number | null = null;
  channel.stderr.on('data', (chunk: Buffer) => {
    const own = err.push(chunk);
    if (own !== null) stderr = (stderr + own.toString('utf8')).slice(-KEPT_STDERR);
  });
  onExit(channel, (code) => {
    exit = code;
  });
  const ended = () => programEnded(host, argv[0] ?? '', exit, stderr);
  const stop = (pid: string) => {
    channel.close();
    terminate(context, line.marker, pid);
  };

  const { rest, pid } = await awaitPreamble(context, channel, {
    ...{ line, preamble, err, stop, endedEarly: ended },
    ...{ timeoutMs: options.timeoutMs, signal: options.signal },
  });

  const stream = new ChannelDuplex(channel, rest);
  let asked = false;
  const close = () => {
    if (asked) return;
    asked = true;
    channel.end();
    stream.finish();
    const timer = setTimeout(() => stop(pid), CLOSE_GRACE);
    channel.on('close', () => clearTimeout(timer));
  };
  options.signal?.addEventListener('abort', close, { once: true });
  const closed = new Promise<Awaited<RemoteStream['closed']>>((resolve) => {
    const finish = (error: unknown) => {
      options.signal?.removeEventListener('abort', close);
      lost.removeEventListener('abort', onLost);
      stream.finish();
      resolve({
        code: exit,
        stderr,
        ...(!asked && error instanceof MinimeError ? { error: error.info } : {}),
      });
    };
    const onLost = () => finish(lost.reason);
    lost.addEventListener('abort', onLost);
    // A broken connection closes its channels first and says why afterwards.
    channel.on('close', () =>
      setImmediate(() => (lost.aborted ? onLost() : finish(exit === 0 ? null : ended()))),
    );
    if (lost.aborted) onLost();
  });
  return { stream, closed, close };
}

function programEnded(host: string, program: string, code: number | null, stderr: string): MinimeError {
  return new MinimeError({
    kind: 'tool-failed',
    host,
    message: `${program} on ${host} ended${code === null ? '' : ` with exit code ${code}`}.`,
    ...(stderr.trim() === ''
      ? {}
      : { cause: stderr.trim().split('\n').at(-1) ?? '', details: stderr.slice(-4000) }),
    remedy: 'See the details, and the log on the host (journalctl).',
  });
}
