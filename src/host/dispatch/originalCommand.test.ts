import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeHost } from '../testing/fakeHost.ts';
import { expectVm } from './expect.ts';
import { answerOriginalCommand } from './originalCommand.ts';

const libvirt = "sh -c 'virt-ssh-helper 'qemu:///system''";
let folder = '';
let fake: FakeHost;
let ran: string[][];
const run = (argv: readonly string[]): Promise<number> => {
  ran.push([...argv]);
  return Promise.resolve(0);
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-original-'));
  fake = new FakeHost(folder);
  ran = [];
});
afterEach(() => rm(folder, { recursive: true }));

const expectOne = (): Promise<void> =>
  expectVm(fake.host, { uuid: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', name: 'vm' });

it('lets libvirt in while a VM is expected', async () => {
  await expectOne();
  expect(await answerOriginalCommand(fake.host, libvirt, run)).toBe(0);
  expect(ran).toEqual([['virt-ssh-helper', 'qemu:///system']]);
});

it('lets nobody in otherwise', async () => {
  await expect(answerOriginalCommand(fake.host, libvirt, run)).rejects.toMatchObject({
    kind: 'not-permitted',
  });
  await expectOne();
  fake.now += 3600_000;
  await expect(answerOriginalCommand(fake.host, libvirt, run)).rejects.toMatchObject({
    kind: 'not-permitted',
  });
  expect(ran).toEqual([]);
});

it.each(['sh', `${libvirt}; id`, "sh -c 'virt-ssh-helper 'qemu:///session''", ''])(
  'runs nothing else: %s',
  async (command) => {
    await expectOne();
    await expect(answerOriginalCommand(fake.host, command, run)).rejects.toMatchObject({
      kind: 'not-permitted',
    });
    expect(ran).toEqual([]);
  },
);
