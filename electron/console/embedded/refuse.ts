import { MinimeError } from '../../../src/contract/errors.ts';
import type { Sessions } from '../sessions/sessions.ts';

/** Throws `unsupported` if one of these hosts is embedded. */
export function refuseEmbedded(sessions: Sessions, hostIds: readonly string[]): void {
  for (const hostId of hostIds) {
    const { embedded, address } = sessions.get(hostId).view().entry;
    if (embedded !== true) continue;
    throw new MinimeError({
      kind: 'unsupported',
      host: address,
      message: `${address} is an embedded host: nothing can be added to its cluster or taken off.`,
      cause: 'Embedded hosts make up a cluster all together.',
      remedy: 'Remove the embedded cluster as a whole, and start another one; or use real hosts for this.',
    });
  }
}

/** Throws `unsupported` if one of these hosts is embedded and came with everything that deployment would put there. */
export function refuseDeployedEmbedded(
  sessions: Sessions,
  hostIds: readonly string[],
  embedded: { bare: boolean } | null,
): void {
  if (embedded?.bare === true) return;
  for (const hostId of hostIds) {
    const { entry } = sessions.get(hostId).view();
    if (entry.embedded !== true) continue;
    throw new MinimeError({
      kind: 'unsupported',
      host: entry.address,
      message: `${entry.address} is an embedded host that came with high availability: nothing can be deployed on it.`,
      cause: 'It was made with everything that deployment puts on real hosts, and has no system beneath it.',
      remedy:
        'To try deployment out, remove the embedded cluster and start one with bare hosts; or use real hosts.',
    });
  }
}
