import { openChannel } from './channel.ts';
import { commandLine, PROCESS_ID } from './commandLine.ts';
import type { ExecuteContext } from './execute.ts';

/**
 * $1 process id, $2 marker. Signals the process group, but only if the process still carries the marker in its
 * environment: the id may belong to something else by now, and that could be a VM. (dash's kill takes no `--`.)
 */
const TERMINATE_SCRIPT = `
tr '\\0' '\\n' <"/proc/$1/environ" | grep -qxF "MINIME_COMMAND=$2" || exit 0
stat=$(cat "/proc/$1/stat") || exit 0
set -- \${stat##*) }
kill -TERM "-$3"
`;

/**
 * Asks a program that was given up on to stop, over a channel of its own (sshd carries out signal requests for no root
 * login). Best effort: the caller has its error already, and if the host is gone there is nothing to stop.
 */
export function terminate(context: ExecuteContext, marker: string, pid: string): void {
  if (!PROCESS_ID.test(pid) || context.lost.aborted) return;
  const { rights, client, host, logger } = context;
  const line = commandLine(['/bin/sh', '-c', TERMINATE_SCRIPT, 'minime', pid, marker], rights.elevation);
  openChannel(client, line.text, host).then(
    (channel) => {
      const timer = setTimeout(() => channel.close(), 10_000);
      channel.on('close', () => clearTimeout(timer));
      channel.resume();
      channel.stderr.resume();
      channel.end(
        rights.elevation === 'sudo-password' ? `${rights.password ?? ''}\n${line.stdinPrefix}` : '',
      );
    },
    (error: unknown) =>
      logger.debug({ err: error }, 'a program that was given up on could not be told to stop'),
  );
}
