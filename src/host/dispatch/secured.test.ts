import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeHost } from '../testing/fakeHost.ts';
import { expectedVms, expectVm } from './expect.ts';
import { secured } from './secured.ts';

const uuid = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
let folder = '';
let fake: FakeHost;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-secured-'));
  fake = new FakeHost(folder);
  await mkdir(join(folder, 'disk'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a VM is secured', () => {
  it('when its definition is on the quorum disk of its host', async () => {
    fake.define(uuid, 'vm');
    expect(await secured(fake.host, uuid)).toEqual({ secured: true });
  });

  it('also while it goes on changing', async () => {
    fake.define(uuid, 'vm');
    let looks = 0;
    const hypervisor = { ...fake.host.hypervisor };
    fake.host.hypervisor.vms = async () =>
      (await hypervisor.vms()).map((vm) => ({ ...vm, definitionHash: String(Math.floor(looks++ / 2)) }));
    expect(await secured(fake.host, uuid)).toEqual({ secured: true });
  });

  it.each<[string, () => void, string]>([
    ['not known there', () => fake.vms.clear(), 'does not have this VM'],
    ['on a host without its disk', () => fake.disks.splice(0), 'not mounted'],
    ['on a host that does not answer', () => void (fake.reachable = false), 'does not answer'],
    ['on a host of no cluster', () => void (fake.config = undefined), 'no cluster'],
  ])('but not %s', async (_case, change, reason) => {
    fake.define(uuid, 'vm');
    change();
    expect(await secured(fake.host, uuid)).toEqual({
      secured: false,
      reason: expect.stringContaining(reason),
    });
  });
});

describe('a VM is expected', () => {
  it('for ten minutes', async () => {
    await expectVm(fake.host, { uuid, name: 'vm' });
    fake.now += 10 * 60_000 - 1;
    expect(await expectedVms(fake.host)).toEqual([{ uuid, name: 'vm' }]);
    fake.now += 1;
    expect(await expectedVms(fake.host)).toEqual([]);
  });
});
