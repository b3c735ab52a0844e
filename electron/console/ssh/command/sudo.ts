import { MinimeError } from '../../../../src/contract/errors.ts';

/** sudo refused the password: it may be asked for again. */
export class WrongSudoPassword extends MinimeError {
  constructor(host: string) {
    super({
      kind: 'auth-failed',
      host,
      message: `The sudo password for ${host} is wrong.`,
      remedy: 'Enter the password that the account uses for sudo.',
    });
  }
}

/** Reads sudo's standard error (in the C locale); null if it says nothing of a refusal. */
export function sudoFailure(host: string, stderr: string): MinimeError | null {
  const refused = (cause: string, remedy: string) => noRoot(host, cause, remedy, stderr.slice(-2000));
  const asRoot = 'or log in as root';
  if (
    /not in the sudoers file|is not allowed to (run sudo|execute)|may not run sudo|no valid sudoers/i.test(
      stderr,
    )
  ) {
    return refused(
      'sudo does not allow it to run commands as root.',
      `Add the account to the group sudo (or wheel) on the host, ${asRoot}.`,
    );
  }
  if (/must have a tty/i.test(stderr)) {
    return refused(
      'sudo is set to work only on a terminal (Defaults requiretty).',
      `Remove requiretty for this account from the sudoers file, ${asRoot}.`,
    );
  }
  if (/sudo['’:]?.*(not found|no such file)/i.test(stderr)) {
    return refused('sudo is not installed.', `Install sudo on the host, ${asRoot}.`);
  }
  if (/account.*(expired|locked)|password.*expired/i.test(stderr)) {
    return refused('The account or its password has expired.', `Renew it on the host, ${asRoot}.`);
  }
  if (/try again|incorrect password|no password was provided/i.test(stderr))
    return new WrongSudoPassword(host);
  if (/password is required|terminal is required/i.test(stderr)) {
    return refused('sudo wants a password.', `Connect again and enter it, ${asRoot}.`);
  }
  return null;
}

/** The admin was asked for the sudo password and did not give it. */
export function sudoPasswordMissing(host: string): MinimeError {
  const remedy = 'Connect again and enter the password, or log in as root.';
  return noRoot(host, 'sudo wants a password, and none was entered.', remedy);
}

function noRoot(host: string, cause: string, remedy: string, details?: string): MinimeError {
  return new MinimeError({
    kind: 'not-permitted',
    host,
    message: `The account on ${host} cannot get root rights.`,
    cause,
    remedy,
    ...(details === undefined ? {} : { details }),
  });
}
