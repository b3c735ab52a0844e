import * as nodeFiles from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clusterDescriptionSchema } from './description.ts';
import { EmbeddedCluster } from './embeddedCluster.ts';
import { RealClock } from './time/realClock.ts';
import { labTiming } from './timing.ts';

it('takes the same course on real time and in real files', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'minime-embedded-'));
  const clock = new RealClock(100);
  const events: string[] = [];
  let seen: (() => void) | undefined;
  const happened = async (text: string): Promise<void> => {
    while (!events.some((event) => event.includes(text))) {
      await new Promise<void>((resolve) => {
        seen = resolve;
      });
    }
  };
  const cluster = new EmbeddedCluster({
    description: clusterDescriptionSchema.parse({
      hosts: [{ name: 'n1' }, { name: 'n2' }, { name: 'n3' }],
      vms: [],
    }),
    clock,
    timing: labTiming,
    files: nodeFiles,
    folder,
    version: '0',
    onEvent: ({ text }) => {
      events.push(text);
      seen?.();
    },
    onLog: () => undefined,
  });
  try {
    await cluster.prepare();
    for (const host of cluster.hosts.keys()) cluster.powerOn(host);
    await happened('n3 mounted on n3');
    cluster.kill('n1');
    await happened('n1 mounted on n2');
    expect(events.indexOf('n1 is fenced: fence_sbd')).toBeGreaterThan(events.indexOf('n1 is lost'));
    expect(await nodeFiles.readFile(join(folder, 'quorum-disks/n1/owner.json'), 'utf8')).toContain(
      '"home":"n1"',
    );
  } finally {
    cluster.close();
    // A write that was under way when it closed may still come.
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
});
