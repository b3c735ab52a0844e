import { pino } from 'pino';
import { toErrorInfo } from '../contract/errors.ts';
import { runVmcl } from './cli/run.ts';
import { linuxHost } from './linuxHost.ts';

/** Put in by the build, from package.json. */
declare const VMCL_VERSION: string;

// A file system that hangs holds a thread for each access; four would be used up by a few dead disks.
process.env.UV_THREADPOOL_SIZE ??= '16';

// Standard output belongs to answers, standard error goes to the journal.
const log = pino(
  {
    base: null,
    level: process.env.VMCL_LOG ?? 'info',
    serializers: { error: (error: unknown) => toErrorInfo(error) },
  },
  pino.destination({ dest: 2, sync: true }),
);

/** Not left to the event loop: an access to dead storage would keep the process alive for ever. */
function finish(exitCode: number): void {
  if (process.stdout.writableLength === 0) process.exit(exitCode);
  process.stdout.once('drain', () => process.exit(exitCode));
}

const { stdin: input, stdout: output, stderr: error } = process;
void runVmcl(linuxHost(VMCL_VERSION, log), process.argv.slice(2), { input, output, error }, finish);
