import { MinimeError } from '../../../src/contract/errors.ts';
import type { Sessions } from '../sessions/sessions.ts';

/** Throws `unsupported` if one of these hosts is embedded. */
export function refuseEmbedded(sessions: Sessions, hostIds: readonly string[]): void {
  const address = firstEmbedded(sessions, hostIds);
  if (address === undefined) return;
  throw new MinimeError({
    kind: 'unsupported',
    host: address,
    message: `${address} is an embedded host: nothing can be added to its cluster or taken off.`,
    cause: 'Embedded hosts make up a cluster all together.',
    remedy: 'Remove the embedded cluster as a whole, and start another one; or use real hosts for this.',
  });
}

/** Throws `unsupported` if one of these hosts is embedded and came with everything that deployment would put there. */
export function refuseDeployedEmbedded(
  sessions: Sessions,
  hostIds: readonly string[],
  embedded: { bare: boolean } | null,
): void {
  const address = firstEmbedded(sessions, hostIds);
  if (address === undefined || embedded?.bare === true) return;
  throw new MinimeError({
    kind: 'unsupported',
    host: address,
    message: `${address} is an embedded host that came with high availability: it can neither be deployed nor taken off.`,
    cause: 'It was made with everything that deployment puts on real hosts, and has no system beneath it.',
    remedy:
      'To try deployment out, remove the embedded cluster and start one with bare hosts; or use real hosts.',
  });
}

function firstEmbedded(sessions: Sessions, hostIds: readonly string[]): string | undefined {
  const entries = hostIds.map((hostId) => sessions.get(hostId).view().entry);
  return entries.find(({ embedded }) => embedded === true)?.address;
}
