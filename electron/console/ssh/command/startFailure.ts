import { MinimeError } from '../../../../src/contract/errors.ts';
import type { Rights } from './execute.ts';
import type { StartFilter } from './startFilter.ts';
import { sudoFailure } from './sudo.ts';

/** The channel ended, or was given up, before the command's start marker came. */
export function neverStarted(host: string, out: StartFilter, err: StartFilter, rights: Rights): MinimeError {
  const said = [err.noise, out.noise].filter((text) => text !== '').join('\n');
  if (rights.elevation !== 'none') {
    const failure = sudoFailure(host, err.noise);
    if (failure !== null) return failure;
  }
  if (/password change required|password has expired|must change your password/i.test(said)) {
    return new MinimeError({
      kind: 'not-permitted',
      host,
      message: `The account on ${host} has to change its password before it can run anything.`,
      cause: said.split('\n')[0] ?? '',
      remedy: 'Log in once with ssh on a terminal and set a new password, then connect again.',
    });
  }
  const flood = Math.max(out.dropped, err.dropped);
  return new MinimeError({
    kind: 'tool-failed',
    host,
    message: `The login shell on ${host} ended before it ran the command.`,
    cause:
      flood > 1_000_000
        ? `Its start-up files printed ${Math.round(flood / 1_000_000)} MB and no end of it was in sight.`
        : 'Its start-up files end or replace the shell, or the account is not allowed to run commands.',
    remedy: 'Run `ssh HOST true` by hand, and repair the start-up files of the account or its login shell.',
    ...(said === '' ? {} : { details: said.slice(-2000) }),
  });
}
