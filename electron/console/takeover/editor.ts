import { hostname, userInfo } from 'node:os';

/** Longer names are cut: hosts refuse them. */
const LONGEST = 200;

/** Who sits at this console: user and machine. */
export function thisEditor(): string {
  return `${userName()}@${hostname()}`.slice(0, LONGEST);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // An account without an entry, as in some containers.
    return 'unknown';
  }
}
