import { MinimeError } from '../../../src/contract/errors.ts';
import type { Sessions } from '../sessions/sessions.ts';

/** Throws `unsupported` if one of these hosts is embedded: it has no system of its own that anything could be put on. */
export function refuseEmbedded(sessions: Sessions, hostIds: readonly string[]): void {
  for (const hostId of hostIds) {
    const { embedded, address } = sessions.get(hostId).view().entry;
    if (embedded !== true) continue;
    throw new MinimeError({
      kind: 'unsupported',
      host: address,
      message: `${address} is an embedded host: nothing can be deployed on it or taken off.`,
      cause:
        'Embedded hosts come with everything that deployment puts on real ones, and have no system beneath it.',
      remedy: 'Use real hosts for this.',
    });
  }
}
