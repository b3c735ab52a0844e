import { createHash, createHmac } from 'node:crypto';

/** One usable line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHost {
  file: string;
  line: number;
  marker: 'revoked' | null;
  /** Names as written: a comma-separated pattern list, or one hashed name. */
  names: string;
  keyType: string;
  /** The key blob. */
  key: Buffer;
}

export interface IgnoredLine {
  file: string;
  line: number;
  reason: string;
}

export function parseKnownHosts(
  text: string,
  file: string,
): { entries: KnownHost[]; ignored: IgnoredLine[] } {
  const entries: KnownHost[] = [];
  const ignored: IgnoredLine[] = [];
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = index + 1;
    const fields = raw.trim().split(/\s+/);
    if (fields[0] === '' || fields[0]?.startsWith('#')) return;
    const marker = fields[0]?.startsWith('@') ? fields.shift() : undefined;
    if (marker === '@cert-authority') {
      ignored.push({
        file,
        line,
        reason: 'host certificates are not supported; only plain host keys are checked',
      });
      return;
    }
    if (marker !== undefined && marker !== '@revoked') {
      ignored.push({ file, line, reason: `the marker ${marker} is unknown` });
      return;
    }
    const [names, keyType, base64] = fields;
    const key = base64 === undefined ? undefined : Buffer.from(base64, 'base64');
    if (names === undefined || keyType === undefined || key === undefined || typeOfKey(key) !== keyType) {
      ignored.push({ file, line, reason: 'it is not a host name followed by a key type and a key' });
      return;
    }
    entries.push({ file, line, marker: marker === undefined ? null : 'revoked', names, keyType, key });
  });
  return { entries, ignored };
}

/** The type a key blob states of itself, or null if it is not a key blob. */
export function typeOfKey(key: Buffer): string | null {
  if (key.length < 4) return null;
  const length = key.readUInt32BE(0);
  return length > 0 && length < 64 && 4 + length < key.length ? key.toString('latin1', 4, 4 + length) : null;
}

/** The form a host has in known_hosts: `[name]:port` unless the port is 22. */
export function knownHostName(hostname: string, port: number): string {
  const name = hostname.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

export function matchesName(names: string, host: string): boolean {
  if (names.startsWith('|1|')) {
    const [, , salt, hash] = names.split('|');
    return salt !== undefined && hashName(host, Buffer.from(salt, 'base64')) === hash;
  }
  let matched = false;
  for (const pattern of names.split(',')) {
    const negated = pattern.startsWith('!');
    if (!matchesPattern(negated ? pattern.slice(1) : pattern, host)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/** HMAC-SHA1 with the salt as key, as OpenSSH hashes names; both parts base64 in the file. */
export function hashName(host: string, salt: Buffer): string {
  return createHmac('sha1', salt).update(host).digest('base64');
}

function matchesPattern(pattern: string, host: string): boolean {
  const expression = pattern
    .toLowerCase()
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${expression}$`).test(host);
}

/** `SHA256:…`, as ssh-keygen -l prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}
