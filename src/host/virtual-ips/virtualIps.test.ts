import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readJournal } from '../history/journal.ts';
import { FakeHost } from '../testing/fakeHost.ts';
import { isInNetwork, sameAddress } from './networks.ts';
import { addVirtualIp, moveVirtualIp, removeVirtualIp } from './virtualIps.ts';

let folder: string;
let fake: FakeHost;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-virtual-ips-'));
  fake = new FakeHost(folder);
  fake.engine = {
    ...fake.engine,
    engine: 'running',
    quorate: true,
    virtualIps: [],
    members: ['n1', 'n2', 'n3'].map((name, index) => ({ name, nodeId: index + 1, online: name !== 'n3' })),
  };
});
afterEach(() => rm(folder, { recursive: true }));

const spec = { name: 'web', address: '192.0.2.50', prefixLength: 24 };
const add = (more: Partial<typeof spec> & { networkCard?: string; preferredHost?: string } = {}) =>
  addVirtualIp(fake.host, { spec: { ...spec, ...more }, by: 'ann@desk' });

describe('a virtual IP', () => {
  it('is made, and the history tells who wanted it', async () => {
    await add();
    expect(fake.engine.virtualIps.map(({ name }) => name)).toEqual(['web']);
    expect((await readJournal(fake.host)).events).toMatchObject([
      { kind: 'virtual-ip', subject: 'web', by: 'ann@desk' },
    ]);
  });

  it.each([
    ['an address outside of all networks', { address: '198.51.100.5' }, 'invalid-input'],
    ['a network card that is not there', { networkCard: 'eth9' }, 'invalid-input'],
    ['the address of the host itself', { address: '192.0.2.1' }, 'conflict'],
    ['an address at which somebody answers', { address: '192.0.2.66' }, 'conflict'],
    ['a host that is none of the cluster', { preferredHost: 'n9' }, 'not-found'],
  ])('is refused for %s', async (_what, more, kind) => {
    fake.answering.add('192.0.2.66');
    await expect(add(more)).rejects.toMatchObject({ kind });
    expect(fake.engine.virtualIps).toEqual([]);
  });

  it('is refused for a name or an address of another one', async () => {
    await add();
    await expect(add({ address: '192.0.2.51' })).rejects.toMatchObject({ kind: 'conflict' });
    await expect(add({ name: 'other' })).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('may be of any network if its card is named', async () => {
    await add({ address: '198.51.100.5', networkCard: 'eth0' });
    expect(fake.engine.virtualIps).toHaveLength(1);
  });

  it('is neither made nor moved without quorum', async () => {
    fake.engine.quorate = false;
    await expect(add()).rejects.toMatchObject({ kind: 'conflict' });
    await expect(removeVirtualIp(fake.host, { name: 'web' })).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('moves to hosts that are there', async () => {
    await moveVirtualIp(fake.host, { name: 'web', host: 'n2' });
    await expect(moveVirtualIp(fake.host, { name: 'web', host: 'n3' })).rejects.toMatchObject({
      kind: 'conflict',
    });
    expect(fake.moved).toEqual(['web to n2']);
  });
});

describe('addresses', () => {
  it('are the same however they are written', () => {
    expect(sameAddress('fd00::0050', 'FD00:0:0::50')).toBe(true);
    expect(sameAddress('10.0.0.1', '10.0.0.10')).toBe(false);
    expect(sameAddress('10.0.0.1', '::a00:1')).toBe(false);
  });

  it('are in networks by their first bits', () => {
    expect(isInNetwork('10.0.1.200', '10.0.0.1', 23)).toBe(true);
    expect(isInNetwork('10.0.2.1', '10.0.0.1', 23)).toBe(false);
    expect(isInNetwork('fd00::1:5', 'fd00::1', 64)).toBe(true);
    expect(isInNetwork('10.0.0.5', 'fd00::1', 64)).toBe(false);
  });
});
