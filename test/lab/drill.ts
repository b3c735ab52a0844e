import { LabConsole } from '../support/labConsole.ts';
import type { Lab } from './lab.ts';

/** A fire drill of a lab's cluster, through the console core as an admin would have it. */
export async function drill(
  lab: Lab,
  target: string,
  { real, say }: { real: boolean; say: (line: string) => void },
): Promise<void> {
  const console_ = await LabConsole.open(lab);
  try {
    await console_.addHosts();
    await console_.until('a host with quorum is online', (snapshot) =>
      snapshot.hosts.some(({ sections }) => sections.cluster?.quorate === true),
    );
    const { hosts } = await console_.snapshot();
    const clusterId = hosts.find(({ sections }) => sections.cluster?.quorate)?.sections.cluster?.id;
    if (clusterId === undefined) throw new Error(`${lab.name} has no cluster of Minime: deploy one first.`);
    const { rehearsal, startedAtS } = await console_.call('drill.rehearse', { clusterId, target });
    say(`If ${target} failed now (rehearsed by ${rehearsal.by}):`);
    for (const { uuid, name, outcome, host, reasons, problems } of rehearsal.vms) {
      const after = startedAtS[uuid];
      const when = after === undefined ? '' : ` after about ${after.toFixed(1)} s`;
      say(`  ${name}: ${outcome}${host === undefined ? '' : ` on ${host}`}${when}`);
      for (const line of [...reasons, ...(problems ?? [])]) say(`    ${line}`);
    }
    for (const { severity, title } of rehearsal.findings) say(`  ${severity}: ${title}`);
    if (!real) return;
    const { operationId } = await console_.call('drill.run', { clusterId, target, confirm: target });
    const operation = await console_.finished(operationId);
    for (const { severity, title } of operation.findings) say(`${severity}: ${title}`);
  } finally {
    await console_.close();
  }
}
