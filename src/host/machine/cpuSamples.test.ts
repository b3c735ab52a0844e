import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeHost } from '../testing/fakeHost.ts';
import { noteCpu, recentCpuPercent } from './cpuSamples.ts';

let folder = '';
let fake: FakeHost;
let busy = 0;
let total = 0;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-cpu-'));
  fake = new FakeHost(folder);
  [busy, total] = [1000, 10_000];
  fake.host.machine.cpu = async () => ({ busy, total, cores: 4 });
});
afterEach(() => rm(folder, { recursive: true }));

/** So many seconds in which so much of all cores was in use. */
function pass(seconds: number, percent: number): void {
  fake.now += seconds * 1000;
  total += seconds * 400;
  busy += seconds * 4 * percent;
}

const recent = async () => await recentCpuPercent(fake.host, { busy, total });

it('is the use since the latest reading that is no mere moment ago', async () => {
  expect(await recent()).toBeUndefined();
  await noteCpu(fake.host);
  pass(60, 10);
  await noteCpu(fake.host);
  pass(10, 100);
  // Of the 60 s at 10 % and these 10 s.
  expect(await recent()).toBeCloseTo(22.9);
  pass(10, 20);
  expect(await recent()).toBe(60);
});

it('forgets what was long ago, and readings of another boot', async () => {
  await noteCpu(fake.host);
  pass(151, 10);
  expect(await recent()).toBeUndefined();
  await noteCpu(fake.host);
  [busy, total] = [5, 100];
  fake.now += 60_000;
  expect(await recent()).toBeUndefined();
});

it('keeps readings apart, so that a burst of syncs does not use up the last that is old enough', async () => {
  await noteCpu(fake.host);
  for (let second = 0; second < 14; second++) {
    pass(1, 50);
    await noteCpu(fake.host);
  }
  pass(1, 50);
  expect(await recent()).toBe(50);
});
