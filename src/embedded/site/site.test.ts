import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import ssh2 from 'ssh2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedReport } from '../../contract/embeddedProtocol.ts';
import { designSite } from './design.ts';
import { Site } from './site.ts';

describe('an embedded site', () => {
  const reports: EmbeddedReport[] = [];
  let folder: string;
  let site: Site;

  beforeEach(async () => {
    reports.length = 0;
    folder = await mkdtemp(join(tmpdir(), 'minime-site-'));
    site = await Site.open({
      folder,
      version: '0.0.0',
      authorizedKey: ssh2.utils.generateKeyPairSync('ed25519').public,
      design: () => designSite({ hosts: 1, vms: 300, speed: 1, bare: false }),
      onReport: (report) => reports.push(report),
      onServer: () => undefined,
      log: () => undefined,
    });
  });
  afterEach(async () => {
    await site.stop();
    // A write that was under way when it closed may still come.
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });

  it('with many VMs does not report whole after each of many actions, but the last one in any case', async () => {
    const { vms } = await site.start();
    const some = vms.slice(0, 40);
    reports.length = 0;
    const began = performance.now();
    for (const { uuid } of some) {
      await site.act({ kind: 'vm-starts', vm: uuid, how: 'fail' });
      await delay(10);
    }
    const isTold = () => reports.at(-1)?.faults.length === some.length;
    while (!isTold()) await delay(20);
    // One each 300 ms, the first of them at once.
    expect(reports.length).toBeLessThanOrEqual(1 + (performance.now() - began) / 300);
  });
});
