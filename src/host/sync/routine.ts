import { MinimeError, toErrorInfo } from '../../contract/errors.ts';
import type { Finding } from '../../contract/finding.ts';
import type { SyncReport } from '../../contract/hostState.ts';
import { collectEvents } from '../history/collect.ts';
import { noteOutage } from '../history/note.ts';
import type { NewEvent } from '../history/outages.ts';
import { type Host, nodeNameOf } from '../host.ts';
import { sync } from './sync.ts';

/**
 * The sync as it is done again and again: that it fails, and that it works again, is noted, and so is what the cluster engine noticed
 * since the last one. Rejects with what `sync` rejects with.
 */
export async function syncRoutine(host: Host): Promise<SyncReport> {
  try {
    const report = await sync(host);
    await noteSync(
      host,
      report.problems.find(({ severity }) => severity === 'error'),
    );
    return report;
  } catch (error) {
    // Another sync is under way, or this host belongs to no cluster.
    const expected = error instanceof MinimeError && ['busy', 'not-found'].includes(error.kind);
    if (!expected) await noteSync(host, { title: toErrorInfo(error).message });
    throw error;
  } finally {
    await collectEvents(host);
  }
}

async function noteSync(host: Host, problem: Pick<Finding, 'title' | 'cause'> | undefined): Promise<void> {
  const self = await nodeNameOf(host);
  const event: NewEvent = {
    kind: 'sync-failed',
    severity: 'error',
    host: self,
    text: `The definitions of the VMs of ${self} could not be saved to its quorum disk.`,
    details: [problem?.title, problem?.cause].filter((line) => line !== undefined),
  };
  const { told } = await noteOutage(host, event, { over: problem === undefined });
  await told;
}
