import type { SyncReport } from '../../contract/hostState.ts';
import type { Host } from '../host.ts';
import { tendMoves } from '../moves/automatic.ts';
import { syncRoutine } from './routine.ts';

/**
 * What the timer and every change of a VM begin: the sync, then what an earlier move has left half done and what the policy has come
 * home. Rejects with what `syncRoutine` rejects with.
 */
export async function regularSync(host: Host): Promise<SyncReport> {
  const report = await syncRoutine(host);
  await tendMoves(host).catch((error: unknown) => host.log.warn({ error }, 'VMs cannot be brought home'));
  return report;
}
