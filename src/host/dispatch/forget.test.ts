import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Host } from '../host.ts';
import { sync } from '../sync/sync.ts';
import { rememberAutostart, rememberedAutostart } from '../takeover/autostart.ts';
import { setFlag } from '../takeover/flags.ts';
import { FakeHost } from '../testing/fakeHost.ts';
import { forgetVm } from './forget.ts';

const uuid = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
let folder = '';
let fake: FakeHost;
/** What the holder, n2, says of itself. */
let runsThere: boolean;
let secured: { secured: boolean; reason?: string };
let asked: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-forget-'));
  fake = new FakeHost(folder);
  await mkdir(join(folder, 'disk'));
  await setFlag(fake.host, 'rejoined');
  runsThere = true;
  secured = { secured: true };
  asked = [];
  fake.host.peers.call = (async (host: string, name: string) => {
    asked.push(`${host} ${name}`);
    if (name === 'vm.secured') return secured;
    return { host: 'n2', running: runsThere ? [{ uuid }] : [], defined: [uuid] };
  }) as unknown as Host['peers']['call'];
  fake.define(uuid, 'vm');
  const vm = fake.vms.get(uuid);
  if (vm !== undefined) vm.state = 'shut-off';
  await sync(fake.host);
});
afterEach(() => rm(folder, { recursive: true }));

const forget = (holder = 'n2') => forgetVm(fake.host, { uuid, holder });
const isSaved = () =>
  access(join(folder, 'disk', 'definitions', `${uuid}.json`)).then(
    () => true,
    () => false,
  );

describe('the copy of a VM that another host holds', () => {
  it('is forgotten here and on the quorum disk, with its autostart', async () => {
    await rememberAutostart(fake.host, uuid, 'vm');
    expect(await isSaved()).toBe(true);
    expect(await forget()).toEqual({ forgotten: true });
    expect(fake.vms.has(uuid)).toBe(false);
    expect(await isSaved()).toBe(false);
    expect([...(await rememberedAutostart(fake.host))]).toEqual([]);
    expect(asked).toEqual(['n2 survey', 'n2 vm.secured']);
  });

  it('is forgotten once: the second time nobody is even asked', async () => {
    await forget();
    asked = [];
    expect(await forget()).toEqual({ forgotten: true });
    expect(asked).toEqual([]);
  });

  it.each<[string, () => void | Promise<void>, string]>([
    ['while it runs here', () => void (must().state = 'running'), 'runs here'],
    ['while it is paused here', () => void (must().state = 'paused'), 'paused here'],
    ['while nobody can say whether it runs', () => void (must().state = 'unknown'), 'unknown'],
    ['while libvirt does not answer', () => void (fake.reachable = false), 'does not answer'],
    ['if the holder does not run it', () => void (runsThere = false), 'does not run on n2'],
    [
      'if the holder has not saved it',
      () => void (secured = { secured: false, reason: 'disk full' }),
      'disk full',
    ],
    ['before the rejoin', () => rm(join(folder, 'run', 'rejoined')), 'not rejoined'],
  ])('is kept %s', async (_when, change, reason) => {
    await change();
    const answer = await forget();
    expect(answer).toEqual({ forgotten: false, reason: expect.stringContaining(reason) });
    expect(fake.vms.has(uuid)).toBe(true);
  });

  it('is kept by the holder itself', async () => {
    expect(await forget('n1')).toMatchObject({ forgotten: false });
    expect(fake.vms.has(uuid)).toBe(true);
  });

  it('is kept if it was started while the holder was asked', async () => {
    const call = fake.host.peers.call.bind(fake.host.peers);
    fake.host.peers.call = (async (...args: Parameters<typeof call>) => {
      must().state = 'running';
      return await call(...args);
    }) as typeof call;
    expect(await forget()).toMatchObject({ forgotten: false });
    expect(fake.vms.has(uuid)).toBe(true);
  });

  function must() {
    const vm = fake.vms.get(uuid);
    if (vm === undefined) throw new Error('no VM');
    return vm;
  }
});
