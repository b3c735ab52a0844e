import { MinimeError } from '../../contract/errors.ts';
import type { RunResult } from '../ports/runner.ts';
import { toolFailed } from '../runner/childRunner.ts';

/**
 * What virsh says when something with a domain failed, with QEMU's own words as reason. It prints one `error:` line
 * saying what failed and another saying why; QEMU's message may go on over more lines.
 */
export function domainFailure(argv: readonly string[], result: RunResult): MinimeError {
  const reason = reasonOf(result.stderr);
  const { info } = toolFailed(argv, result);
  return new MinimeError(reason === '' ? info : { ...info, message: reason });
}

export function reasonOf(stderr: string): string {
  const errors = stderr
    .trim()
    .split(/^error: /m)
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const reason = (errors.length > 1 ? errors.slice(1) : errors).join(' ');
  return (
    reason
      .replace(/^(internal error|operation failed|unsupported configuration): /, '')
      .replace(/(process exited while connecting to monitor|qemu unexpectedly closed the monitor): /, '')
      // The argument that it is about, which may be a page of JSON.
      .replace(/ -[a-z]+ \{.*\}: /, ' ')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z /g, '')
      .replace(/([^.:?!])\s*\n\s*/g, '$1. ')
      .replace(/\s*\n\s*/g, ' ')
      .slice(0, 600)
  );
}
