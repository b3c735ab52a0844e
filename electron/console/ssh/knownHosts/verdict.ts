import { type KnownHost, knownHostName, matchesName, typeOfKey } from './parse.ts';

export type HostKeyVerdict =
  | { kind: 'known' }
  | { kind: 'unknown' }
  /** `other-type`: known by keys of other types, none of which the host has shown. */
  | { kind: 'changed' | 'other-type' | 'revoked'; entry: KnownHost };

/**
 * | entries for the name                      | verdict    |
 * |-------------------------------------------|------------|
 * | one equal, marked @revoked                | revoked    |
 * | one equal                                 | known      |
 * | one of the same type, not equal           | changed    |
 * | only of other types                       | other-type |
 * | none (also tried without a port: equal)   | known      |
 * | none                                      | unknown    |
 *
 * `other-type` must not pass for unknown: the host is asked for the types it is known by first, so somebody in between
 * could otherwise turn a refusal into a harmless-looking question by offering another type.
 */
export function judgeHostKey(
  entries: readonly KnownHost[],
  host: { name: string; port: number },
  key: Buffer,
): HostKeyVerdict {
  const named = entriesFor(entries, host);
  const equal = [...named, ...entriesFor(entries, { ...host, port: 22 })].filter((entry) =>
    entry.key.equals(key),
  );
  const revoked = entries.find(
    (entry) => entry.marker === 'revoked' && entry.key.equals(key) && named.includes(entry),
  );
  if (revoked !== undefined) return { kind: 'revoked', entry: revoked };
  if (equal.some((entry) => entry.marker === null)) return { kind: 'known' };

  const valid = named.filter((entry) => entry.marker === null);
  const sameType = valid.find((entry) => entry.keyType === typeOfKey(key));
  if (sameType !== undefined) return { kind: 'changed', entry: sameType };
  return valid[0] === undefined ? { kind: 'unknown' } : { kind: 'other-type', entry: valid[0] };
}

function entriesFor(entries: readonly KnownHost[], host: { name: string; port: number }): KnownHost[] {
  const name = knownHostName(host.name, host.port);
  return entries.filter((entry) => matchesName(entry.names, name));
}

/** What ssh2 offers of itself, strongest first; SHA-1 signatures are left out, as OpenSSH does since 8.8. */
const HOST_KEY_ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;

export type HostKeyAlgorithm = (typeof HOST_KEY_ALGORITHMS)[number];

/** Algorithms in the order to ask the host for: first those of the key types it is already known by. */
export function hostKeyAlgorithms(
  entries: readonly KnownHost[],
  host: { name: string; port: number },
): HostKeyAlgorithm[] {
  const types = new Set(
    entriesFor(entries, host)
      .filter((entry) => entry.marker === null)
      .map((entry) => entry.keyType),
  );
  const isKnown = (algorithm: HostKeyAlgorithm) =>
    types.has(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm);
  return [...HOST_KEY_ALGORITHMS.filter(isKnown), ...HOST_KEY_ALGORITHMS.filter((each) => !isKnown(each))];
}
