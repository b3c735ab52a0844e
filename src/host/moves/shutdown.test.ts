import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { initialPolicy, type Policy } from '../../contract/policy.ts';
import type { Host } from '../host.ts';
import { FakeHost } from '../testing/fakeHost.ts';
import { stopVms } from './shutdown.ts';

const uuids = {
  db: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
  web: 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb',
  deaf: 'cccccccc-cccc-4ccc-8ccc-cccccccccccc',
};
const policy: Policy = {
  ...initialPolicy,
  tiers: [
    { name: 'First', vms: [uuids.db], readiness: { kind: 'started' } },
    { name: 'Then', vms: [uuids.web, uuids.deaf], readiness: { kind: 'started' } },
  ],
};

describe('shutting VMs down', () => {
  let folder = '';
  let fake: FakeHost;
  let events: string[];
  let host: Host;
  /** Seconds that a guest takes; absent: it never ends. */
  let takes: Record<string, number>;
  let elapsed: number;

  const nameOf = (uuid: string): string => fake.vms.get(uuid)?.name ?? uuid;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minime-shutdown-'));
    fake = new FakeHost(folder);
    events = [];
    elapsed = 0;
    takes = { db: 3, web: 5 };
    for (const name of ['db', 'web'] as const) fake.define(uuids[name], name);
    const ending = new Map<string, number>();
    host = {
      ...fake.host,
      clock: {
        now: () => elapsed,
        elapsed: () => elapsed,
        sleep: async (ms) => {
          elapsed += ms;
          for (const [uuid, at] of ending) {
            if (elapsed < at) continue;
            ending.delete(uuid);
            const vm = fake.vms.get(uuid);
            if (vm !== undefined) vm.state = 'shut-off';
            events.push(`${elapsed / 1000} ${nameOf(uuid)} is off`);
          }
        },
      },
      hypervisor: {
        ...fake.host.hypervisor,
        vms: () => fake.host.hypervisor.vms(),
        shutdown: async (uuid) => {
          events.push(`${elapsed / 1000} ${nameOf(uuid)} is asked`);
          const seconds = takes[nameOf(uuid)];
          if (seconds !== undefined) ending.set(uuid, elapsed + seconds * 1000);
        },
        destroy: async (uuid) => {
          events.push(`${elapsed / 1000} ${nameOf(uuid)} loses its power`);
          const vm = fake.vms.get(uuid);
          if (vm !== undefined) vm.state = 'shut-off';
        },
      },
    };
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('has those end last that others depend on', async () => {
    await stopVms(host, policy);
    expect(events).toEqual(['0 web is asked', '5 web is off', '5 db is asked', '8 db is off']);
  });

  it('takes the power of one that does not end, and leaves the others their time', async () => {
    fake.define(uuids.deaf, 'deaf');
    await stopVms(host, policy);
    expect(events).toEqual([
      '0 web is asked',
      '0 deaf is asked',
      '5 web is off',
      '150 db is asked',
      '153 db is off',
      '153 deaf loses its power',
    ]);
  });

  it('does not wait for a guest that hears nothing', async () => {
    const web = fake.vms.get(uuids.web);
    if (web !== undefined) web.state = 'paused';
    delete takes.web;
    await stopVms(host, policy);
    expect(events).toEqual(['0 web is asked', '0 db is asked', '3 db is off', '3 web loses its power']);
  });
});
