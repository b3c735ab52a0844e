import type { Snapshot } from '../../src/contract/consoleApi.ts';
import { toErrorInfo } from '../../src/contract/errors.ts';
import { Lab } from '../lab/lab.ts';
import { LabConsole } from '../support/labConsole.ts';
import { StepPrinter } from './stepPrinter.ts';

/** Three bare hosts → a verified cluster through the console core → its status → nothing left. */

const say = (line: string): void => console.log(line);

function printStatus(snapshot: Snapshot): void {
  const view = snapshot.hosts.find((host) => host.sections.cluster?.quorate);
  const cluster = view?.sections.cluster;
  if (cluster === undefined) throw new Error('No host sees a quorate cluster.');
  say(`\nCluster ${cluster.name}: quorate with ${cluster.votes?.total} of ${cluster.votes?.expected} votes`);
  for (const host of snapshot.hosts) {
    const { system, load, cluster: seen } = host.sections;
    say(
      `  ${system?.nodeName}: ${host.connection.state}, ${Math.round((load?.memoryFree ?? 0) / 2 ** 20)} MiB free`,
    );
    for (const link of seen?.links ?? []) {
      const peers = link.peers.map(
        ({ peer, connected, latencyUs }) => `${peer} ${connected ? `${latencyUs ?? '?'} µs` : 'DOWN'}`,
      );
      say(`    link ${link.link} (${link.localAddress}): ${peers.join(', ')}`);
    }
  }
  for (const disk of cluster.quorumDisks)
    say(`  quorum disk of ${disk.home}: ${disk.state} on ${disk.mountedOn}`);
  say(`  fencing: ${cluster.fencing.method}, ${cluster.fencing.enabled ? 'enabled' : 'DISABLED'}`);
}

let lab: Lab | undefined;
let console_: LabConsole | undefined;
try {
  lab = await Lab.fresh({ name: 'demo', hosts: 3, onProgress: say });
  console_ = await LabConsole.open(lab);
  await console_.addHosts();
  say('Three bare hosts are connected. Deploying …');
  const printer = new StepPrinter(lab.hosts.length, say);
  console_.core.onEvent((event) => {
    if (event.name === 'operation.step') printer.add(event.data.step);
  });
  const operation = await console_.deploy();
  say(
    `\nDeployed and verified in ${(((operation.endedAt ?? 0) - operation.startedAt) / 1000).toFixed(1)} s.`,
  );
  await console_.until('every host is online and its sections are there', ({ hosts }) =>
    hosts.every((host) => host.connection.state === 'online' && host.sections.cluster?.quorate === true),
  );
  printStatus(await console_.snapshot());
} catch (thrown) {
  const error = toErrorInfo(thrown);
  say(
    ['', error.message, error.cause, error.remedy, error.details]
      .filter((line) => line !== undefined)
      .join('\n'),
  );
  process.exitCode = 1;
} finally {
  await console_?.close();
  say('\nTaking the lab down …');
  await lab?.down();
}
