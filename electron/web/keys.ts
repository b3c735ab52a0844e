import { createHash, randomBytes } from 'node:crypto';

/** How long the key in a URL can be exchanged, in milliseconds. */
export const KEY_LIFETIME = 60_000;

/**
 * Who may use this web shell. A key is good once and for a minute, so what it leaves behind (a file, a browser's
 * history, a terminal's scrollback) is worth nothing; the session key it is exchanged for lives in the page alone.
 */
export interface Keys {
  /** A new one-use key of 256 bits, base64url. */
  issue(): string;
  /** The session key for a one-use key, or null if that is unknown, used or expired. */
  redeem(key: string): string | null;
  isSession(session: string): boolean;
}

export function createKeys(now: () => number): Keys {
  // Digests only: a lookup by digest takes a time that tells nothing about the key.
  const expiryByDigest = new Map<string, number>();
  const sessions = new Set<string>();
  return {
    issue() {
      const key = random();
      expiryByDigest.set(digest(key), now() + KEY_LIFETIME);
      return key;
    },
    redeem(key) {
      const expiry = expiryByDigest.get(digest(key));
      expiryByDigest.delete(digest(key));
      if (expiry === undefined || now() >= expiry) return null;
      const session = random();
      sessions.add(digest(session));
      return session;
    },
    isSession: (session) => sessions.has(digest(session)),
  };
}

const random = () => randomBytes(32).toString('base64url');
const digest = (text: string) => createHash('sha256').update(text).digest('base64url');
