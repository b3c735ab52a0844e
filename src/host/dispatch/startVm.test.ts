import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MinimeError } from '../../contract/errors.ts';
import { encodeDefinition } from '../definitions/format.ts';
import { FakeHost } from '../testing/fakeHost.ts';
import { startingVms } from './starting.ts';
import { startVm } from './startVm.ts';
import { surveyHost } from './survey.ts';

const uuid = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
let folder = '';
let fake: FakeHost;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-start-'));
  fake = new FakeHost(folder);
  // Time passes only where a test says so.
  fake.host.clock.sleep = (_ms, signal) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('aborted')));
    });
});
afterEach(() => rm(folder, { recursive: true }));

function file({ host = 'n2', clusterId = 'c1', key = Buffer.alloc(32, 1) } = {}): string {
  const definition = {
    clusterId,
    host,
    uuid,
    name: 'vm',
    savedAt: 1,
    hash: '',
    memory: 1000,
    vcpus: 1,
    autostart: true,
    content: { xml: '<domain/>', tpm: [] },
  };
  return encodeDefinition(definition, key).toString('base64');
}

const start = (definition = file(), home = 'n2'): ReturnType<typeof startVm> =>
  startVm(fake.host, { home, definition, timeoutS: 60 });

describe('starting a VM of another host', () => {
  it('defines and starts it, and is seen starting for a while', async () => {
    expect(await start()).toEqual({ outcome: 'running' });
    expect(fake.vms.get(uuid)?.state).toBe('running');
    expect(await startingVms(fake.host)).toHaveLength(1);
    fake.now += 15_001;
    expect(await startingVms(fake.host)).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['cut short', Buffer.from('{').toString('base64'), 'cut short'],
    ['signed with another key', file({ key: Buffer.alloc(32, 2) }), 'signature'],
    ['of another host', file({ host: 'n3' }), 'n3'],
    ['of another cluster', file({ clusterId: 'c2' }), 'another cluster'],
  ])('refuses a definition %s', async (_case, definition, reason) => {
    expect(await start(definition)).toEqual({ outcome: 'refused', reason: expect.stringContaining(reason) });
    expect(fake.vms.size).toBe(0);
  });

  it('leaves one alone that runs', async () => {
    fake.define(uuid, 'vm');
    fake.onStart = () => Promise.reject(new Error('must not be started'));
    expect(await start()).toEqual({ outcome: 'running' });
  });

  it('does not keep one that failed', async () => {
    fake.onStart = () => Promise.reject(new MinimeError({ kind: 'tool-failed', message: 'no bridge' }));
    expect(await start()).toEqual({ outcome: 'failed', reason: 'no bridge' });
    expect(fake.vms.has(uuid)).toBe(false);
    expect(await startingVms(fake.host)).toEqual([]);
  });

  it('keeps its own that failed', async () => {
    fake.onStart = () => Promise.reject(new MinimeError({ kind: 'tool-failed', message: 'no bridge' }));
    expect(await start(file({ host: 'n1' }), 'n1')).toMatchObject({ outcome: 'failed' });
    expect(fake.vms.has(uuid)).toBe(true);
  });

  it.each([true, false])('gives up one that hangs; certain to be stopped: %s', async (stopped) => {
    fake.host.clock.sleep = () => Promise.resolve();
    const host = { ...fake.host, hypervisor: { ...fake.host.hypervisor } };
    host.clock = {
      ...fake.host.clock,
      sleep: (ms) => (ms === 60_000 ? Promise.resolve() : new Promise(() => undefined)),
    };
    fake.onStart = (_uuid, signal) =>
      new Promise((_resolve, reject) =>
        signal?.addEventListener('abort', () => reject(new Error('aborted'))),
      );
    if (!stopped)
      fake.onDestroy = () => Promise.reject(new MinimeError({ kind: 'timeout', message: 'who knows' }));
    const outcome = await startVm(host, { home: 'n2', definition: file(), timeoutS: 60 });
    expect(outcome).toMatchObject({ outcome: 'hung', stopped });
    // What may still come up stays known here.
    expect(fake.vms.has(uuid)).toBe(!stopped);
  });

  it('takes the end of one that was under way when it was asked for', async () => {
    let giveUp: () => void = () => undefined;
    let begun = 0;
    fake.onStart = () => {
      begun++;
      return new Promise((_resolve, reject) => {
        giveUp = () => reject(new MinimeError({ kind: 'tool-failed', message: 'no bridge' }));
      });
    };
    let free: () => void = () => undefined;
    const first = startVm(fake.host, { home: 'n2', definition: file(), timeoutS: 60 });
    const firstIsOver = new Promise<void>((resolve) => {
      free = resolve;
    });
    const waiting = {
      ...fake.host,
      exclusively: <T>(_name: string, work: () => Promise<T>) => firstIsOver.then(work),
    };
    const second = startVm(waiting, { home: 'n2', definition: file(), timeoutS: 60 });
    await expect.poll(() => begun).toBe(1);
    fake.now += 1000;
    giveUp();
    const outcome = await first;
    free();
    expect(outcome).toEqual({ outcome: 'failed', reason: 'no bridge' });
    expect(await second).toEqual(outcome);
    // Asked for after that, it is begun.
    fake.now += 1000;
    fake.onStart = () => Promise.resolve();
    expect(await start()).toEqual({ outcome: 'running' });
  });

  it('is hung, not failed, while another start of it goes on', async () => {
    const busy = new MinimeError({ kind: 'busy', message: 'locked' });
    const host = { ...fake.host, exclusively: () => Promise.reject(busy) };
    expect(await startVm(host, { home: 'n2', definition: file(), timeoutS: 1 })).toMatchObject({
      outcome: 'hung',
      stopped: false,
    });
  });
});

it('starts anew what was just being received when its host died', async () => {
  fake.define(uuid, 'vm');
  const vm = fake.vms.get(uuid);
  if (vm !== undefined) Object.assign(vm, { state: 'paused', persistent: false, incoming: true });
  const destroyed: string[] = [];
  fake.onDestroy = async (dropped) => {
    destroyed.push(dropped);
    fake.vms.delete(dropped);
  };
  expect(await start()).toEqual({ outcome: 'running' });
  expect(destroyed).toEqual([uuid]);
  expect(fake.vms.get(uuid)?.state).toBe('running');
});

describe('a survey', () => {
  beforeEach(() => {
    fake.host.clock.sleep = (ms) => (ms < 1000 ? Promise.resolve() : new Promise(() => undefined));
  });

  it('tells what runs and what is defined', async () => {
    fake.define(uuid, 'vm');
    const survey = await surveyHost(fake.host);
    expect(survey).toMatchObject({
      host: 'n1',
      defined: [uuid],
      running: [{ uuid, name: 'vm', starting: false }],
    });
    expect(survey.unavailable).toBeUndefined();
  });

  it('does not take for running what is just being received', async () => {
    fake.define(uuid, 'vm');
    const vm = fake.vms.get(uuid);
    if (vm !== undefined) Object.assign(vm, { state: 'paused', persistent: false, incoming: true });
    expect((await surveyHost(fake.host)).running).toEqual([]);
  });

  it('knows what runs while the hypervisor does not answer', async () => {
    fake.define(uuid, 'vm');
    fake.reachable = false;
    const survey = await surveyHost(fake.host);
    expect(survey).toMatchObject({ running: [{ uuid }], unavailable: 'The hypervisor does not answer.' });
    expect(survey.defined).toBeUndefined();
  });

  it('takes no VM in maintenance', async () => {
    fake.documents.set('maintenance-n1', '{"since":1}');
    expect((await surveyHost(fake.host)).unavailable).toBe('n1 is in maintenance.');
    fake.documents.delete('maintenance-n1');
    fake.documents.set('maintenance-n2', '{"since":1}');
    expect((await surveyHost(fake.host)).unavailable).toBeUndefined();
  });
});
