import { MinimeError } from '../../../../src/contract/errors.ts';

export interface Hop {
  address: string;
  port?: number;
  user?: string;
}

/** The hosts of a ProxyJump value in the order they are gone through; none for `none`. */
export function parseProxyJump(value: string, label: string): Hop[] {
  if (value.toLowerCase() === 'none') return [];
  return value.split(',').map((text) => parseHop(text.trim(), label));
}

/** `[user@]host[:port]`, `[user@][IPv6][:port]`, or the same as ssh:// URI. */
function parseHop(text: string, label: string): Hop {
  const plain = text.replace(/^ssh:\/\//, '').replace(/\/$/, '');
  const match = /^(?:(?<user>.+)@)?(?:\[(?<six>[^\]]+)\]|(?<name>[^[\]:@]+))(?::(?<port>\d+))?$/.exec(plain);
  const { user, six, name, port } = match?.groups ?? {};
  const address = six ?? name;
  if (address === undefined || (port !== undefined && !(Number(port) >= 1 && Number(port) <= 65535))) {
    throw new MinimeError({
      kind: 'invalid-input',
      host: label,
      message: `The jump host "${text}" for ${label} cannot be understood.`,
      remedy: 'Write ProxyJump in ~/.ssh/config as user@host:port.',
    });
  }
  return {
    address,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}
