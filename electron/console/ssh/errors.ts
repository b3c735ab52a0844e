import { MinimeError } from '../../../src/contract/errors.ts';

/** Errors of the SSH layer in words; `host` is the address as the admin knows it. */

export function cancelled(host: string): MinimeError {
  return new MinimeError({
    kind: 'cancelled',
    host,
    message: `What was being done on ${host} was cancelled.`,
  });
}

export function notConnected(host: string, why?: MinimeError): MinimeError {
  return new MinimeError({
    kind: 'unreachable',
    host,
    message: `There is no connection to ${host}.`,
    ...(why === undefined ? {} : { cause: why.info.message }),
    remedy: 'Connect to the host first, or wait until it is reachable again.',
  });
}

/** The socket ended; `cause` is what ssh2 or the operating system said, if anything. */
export function connectionLost(host: string, cause?: string): MinimeError {
  return new MinimeError({
    kind: 'unreachable',
    host,
    message: `The connection to ${host} was lost.`,
    ...(cause === undefined ? {} : { cause }),
    remedy:
      'Check that the host is running and that the network to it works; Minime keeps trying to reconnect.',
  });
}

const DIAL_ERRORS: Record<string, { cause: string; remedy: string }> = {
  ENOTFOUND: {
    cause: 'The name could not be resolved.',
    remedy: 'Check the spelling of the address, or enter the IP address.',
  },
  EAI_AGAIN: {
    cause: 'No name server answered.',
    remedy: "Check this machine's network and DNS, or enter the IP address.",
  },
  ECONNREFUSED: {
    cause: 'The host is there but nothing listens on that port.',
    remedy: 'Check that sshd is running on the host, and the port number.',
  },
  EHOSTUNREACH: {
    cause: 'There is no route to the host, or it is switched off.',
    remedy: 'Check that the host is running and that this machine can reach its network.',
  },
  ENETUNREACH: {
    cause: 'This machine has no route to that network.',
    remedy: "Check this machine's network, or use a jump host (ProxyJump in ~/.ssh/config).",
  },
  ECONNRESET: {
    cause: 'The host broke the connection off.',
    remedy: "Look into sshd's log on the host; a firewall or fail2ban may be refusing this machine.",
  },
  ETIMEDOUT: {
    cause: 'Nothing answered in time.',
    remedy: 'Check that the host is running, the address, and that no firewall drops the port.',
  },
};

/** Turns what connecting a socket threw into `unreachable`, or `timeout` for silence. */
export function dialFailed(host: string, where: string, thrown: unknown): MinimeError {
  const failures = thrown instanceof AggregateError ? thrown.errors : [thrown];
  const code = failures.map(errorCode).find((each) => each !== undefined && each in DIAL_ERRORS);
  const known = code === undefined ? undefined : DIAL_ERRORS[code];
  const text = thrown instanceof Error && thrown.message !== '' ? thrown.message : String(failures[0]);
  return new MinimeError(
    {
      kind: code === 'ETIMEDOUT' ? 'timeout' : 'unreachable',
      host,
      message: `${host} cannot be reached (${where}).`,
      cause: known?.cause ?? text,
      remedy: known?.remedy ?? 'Check the address and that the host is running.',
      ...(known === undefined ? {} : { details: text }),
    },
    { cause: thrown },
  );
}

export function errorCode(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

export function tooSlow(host: string, what: string, milliseconds: number): MinimeError {
  return new MinimeError({
    kind: 'timeout',
    host,
    message: `${what} on ${host} took longer than ${Math.round(milliseconds / 1000)} s and was given up.`,
    remedy: 'The host may be overloaded; try again, and look at its load if it happens again.',
  });
}
