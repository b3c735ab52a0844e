import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeHost } from '../testing/fakeHost.ts';
import { readSyncState, whileShown } from './progress.ts';
import { readLastSync } from './record.ts';
import { sync } from './sync.ts';

const a = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const b = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
let folder = '';
let fake: FakeHost;
const disk = (): string => fake.disks[0]?.folder ?? '';
const definitions = (): Promise<string[]> => readdir(join(disk(), 'definitions'));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-sync-'));
  fake = new FakeHost(folder);
  await mkdir(disk(), { recursive: true });
  fake.define(a, 'web "a" \u00dc');
  fake.define(b, 'b');
});
afterEach(async () => {
  await chmod(disk(), 0o755);
  await rm(folder, { recursive: true });
});

describe('sync', () => {
  it('writes only what changed', async () => {
    expect(await sync(fake.host)).toMatchObject({ written: 2, unchanged: 0, removed: 0, problems: [] });
    expect(await sync(fake.host)).toMatchObject({ written: 0, unchanged: 2 });
    fake.define(b, 'b', '<domain>changed</domain>');
    expect(await sync(fake.host)).toMatchObject({ written: 1 });
    expect(await definitions()).toEqual([`${a}.json`, `${b}.json`]);
    expect(await readLastSync(disk())).toBe(fake.now);
  });

  it('removes what the admin undefined, and keeps it aside', async () => {
    await sync(fake.host);
    fake.vms.delete(b);
    expect(await sync(fake.host)).toMatchObject({ removed: 1, problems: [] });
    expect(await definitions()).toEqual([`${a}.json`]);
    expect(await readdir(join(disk(), 'removed'))).toEqual([`${b}.json`]);
  });

  it('removes nothing and says why while the hypervisor does not answer', async () => {
    await sync(fake.host);
    const before = await readLastSync(disk());
    fake.reachable = false;
    fake.now += 1000;
    expect(await sync(fake.host)).toMatchObject({
      removed: 0,
      problems: [{ id: 'sync-failed', severity: 'error' }],
    });
    expect(await definitions()).toHaveLength(2);
    expect(await readLastSync(disk())).toBe(before);
  });

  it('is tried once more when the hypervisor is too busy to answer', async () => {
    fake.late = 1;
    expect(await sync(fake.host)).toMatchObject({ written: 2, problems: [] });
    fake.late = 2;
    expect(await sync(fake.host)).toMatchObject({
      problems: [{ id: 'sync-failed', title: 'virsh gave no answer.' }],
    });
  });

  it('holds back the loss of all VMs at once', async () => {
    await sync(fake.host);
    fake.vms.clear();
    const report = await sync(fake.host);
    expect(report.problems.map(({ id }) => id)).toEqual(['definition-kept-many', 'definition-kept-many']);
    expect(await definitions()).toHaveLength(2);
    fake.now += 11 * 60_000;
    expect(await sync(fake.host)).toMatchObject({ removed: 2, problems: [] });
  });

  it('writes a definition again that was tampered with', async () => {
    await sync(fake.host);
    const path = join(disk(), 'definitions', `${a}.json`);
    const evil = (await readFile(path, 'utf8')).replace('<domain>', '<domain>evil');
    await writeFile(path, evil);
    expect(await sync(fake.host)).toMatchObject({ written: 1 });
    expect(await readFile(path, 'utf8')).not.toContain('evil');
  });

  it('refuses the genuine definition of another VM in its place', async () => {
    await sync(fake.host);
    const pathOf = (uuid: string): string => join(disk(), 'definitions', `${uuid}.json`);
    await writeFile(pathOf(a), await readFile(pathOf(b)));
    expect(await sync(fake.host)).toMatchObject({ written: 1 });
    expect(await readFile(pathOf(a), 'utf8')).toContain(a);
  });

  it('removes what a crash left half-written', async () => {
    await mkdir(join(disk(), 'tmp'), { recursive: true });
    await writeFile(join(disk(), 'tmp', a), '{"format":1');
    await sync(fake.host);
    expect(await readdir(join(disk(), 'tmp'))).toEqual([]);
  });

  it('says that the disk is not here, without an alarm', async () => {
    fake.disks = [];
    expect(await sync(fake.host)).toMatchObject({
      written: 0,
      problems: [{ id: 'quorum-disk-not-here', severity: 'warning' }],
    });
    fake.disks = [{ home: 'n1', folder: join(folder, 'disk'), source: '', readOnly: false }];
  });

  it('goes once more over what changed while it ran', async () => {
    const { hypervisor } = fake.host;
    const content = hypervisor.content.bind(hypervisor);
    let changed = false;
    hypervisor.content = async (uuid) => {
      const given = await content(uuid);
      if (!changed) fake.define(b, 'b', '<domain>while syncing</domain>');
      changed = true;
      return given;
    };
    await sync(fake.host);
    expect(await readFile(join(disk(), 'definitions', `${b}.json`), 'utf8')).toContain('while syncing');
  });

  it('also saves what changed while it told the peers', async () => {
    const { engine } = fake.host;
    const publish = engine.publish.bind(engine);
    engine.publish = async (facts) => {
      fake.define(b, 'b', '<domain>while publishing</domain>');
      await publish(facts);
    };
    await sync(fake.host);
    expect(await readFile(join(disk(), 'definitions', `${b}.json`), 'utf8')).toContain('while publishing');
  });

  it('is seen while it goes on, and what came of it afterwards', async () => {
    const { engine } = fake.host;
    const seen: unknown[] = [];
    engine.publish = async () => void seen.push(await readSyncState(fake.host));
    expect(await readSyncState(fake.host)).toEqual({});
    const began = fake.now;
    const first = await sync(fake.host);
    fake.now += 1000;
    fake.reachable = false;
    const failed = await sync(fake.host);
    expect(seen).toEqual([{ runningSince: began }]);
    expect(await readSyncState(fake.host)).toEqual({ last: failed });
    expect(failed.at).toBe(first.at + 1000);
  });

  it('that was killed is not taken for one that goes on', async () => {
    await expect(
      whileShown(fake.host, async () => {
        fake.held.clear();
        throw new Error(JSON.stringify(await readSyncState(fake.host)));
      }),
    ).rejects.toThrow('{}');
  });

  it('tells the peers about this host', async () => {
    await sync(fake.host);
    expect(JSON.parse(fake.published.get('n1') ?? '')).toMatchObject({ format: 1, bridges: ['vmbr0'] });
  });

  it('has nothing to do on a host without a cluster', async () => {
    fake.config = undefined;
    await expect(sync(fake.host)).rejects.toMatchObject({ kind: 'not-found' });
  });
});
