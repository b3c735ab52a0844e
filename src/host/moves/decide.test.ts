import { describe, expect, it } from 'vitest';
import { initialPolicy, type Policy } from '../../contract/policy.ts';
import type { HostSurvey } from '../../contract/survey.ts';
import { type Candidate, decideMoves, type MovesView } from './decide.ts';

const gib = 2 ** 30;

function host(name: string, freeGib: number, more: Partial<HostSurvey> = {}): HostSurvey {
  return {
    host: name,
    at: 0,
    memoryTotal: 64 * gib,
    memoryFree: freeGib * gib,
    cores: 8,
    cpuPercent: 5,
    running: [],
    ...more,
  };
}

const vm = (uuid: string, memoryGib: number, more: Partial<Candidate> = {}): Candidate => ({
  uuid,
  name: uuid,
  memory: memoryGib * gib,
  vcpus: 1,
  cpuPercent: 1,
  excluded: [],
  ...more,
});

const decide = (view: Partial<MovesView>): Record<string, string> =>
  Object.fromEntries(
    decideMoves({
      self: 'n1',
      surveys: [host('n1', 32), host('n2', 32), host('n3', 16)],
      silent: [],
      policy: initialPolicy,
      candidates: [],
      onTheWay: [],
      ...view,
    }).map((decision) => [decision.uuid, 'to' in decision ? `→ ${decision.to}` : `stays: ${decision.stays}`]),
  );

const policyWith = (vms: Policy['rules']['vms']): Policy => ({
  ...initialPolicy,
  rules: { vms, groups: [] },
});

describe('where VMs are moved', () => {
  it('is never the host that they leave', () => {
    expect(decide({ candidates: [vm('a', 4), vm('b', 4)] })).toEqual({ a: '→ n2', b: '→ n2' });
  });

  it('is a host with room; who finds none stays, with every host in its reason', () => {
    expect(decide({ candidates: [vm('a', 20), vm('b', 13), vm('c', 40)] })).toEqual({
      a: '→ n2',
      b: '→ n3',
      c: 'stays: n2: 28 GiB of memory would be missing, the threshold is 2 GiB free. n3: 37 GiB of memory would be missing, the threshold is 2 GiB free',
    });
  });

  it('counts what is on its way already', () => {
    const onTheWay = [{ vm: vm('x', 25), to: 'n2' }];
    expect(decide({ candidates: [vm('a', 10)], onTheWay })).toEqual({ a: '→ n3' });
  });

  it('is not a host that takes none now, that is silent, or that could not take this one', () => {
    const surveys = [
      host('n1', 32),
      host('n2', 32, { unavailable: 'n2 is in maintenance.' }),
      host('n3', 16),
    ];
    expect(decide({ surveys, candidates: [vm('a', 4)] })).toEqual({ a: '→ n3' });
    const excluded = [{ host: 'n3', reason: 'n3 has no network bridge vmbr0' }];
    expect(decide({ surveys, candidates: [vm('a', 4, { excluded })] })).toEqual({
      a: 'stays: n2: n2 is in maintenance. n3: n3 has no network bridge vmbr0',
    });
    const silent = [{ host: 'n4', unavailable: 'it does not answer' }];
    expect(decide({ surveys: [host('n1', 32)], silent, candidates: [vm('a', 4)] })).toEqual({
      a: 'stays: n4: it does not answer',
    });
    expect(decide({ surveys: [host('n1', 32)], candidates: [vm('a', 4)] })).toEqual({
      a: 'stays: There is no other host.',
    });
  });

  it('is the one host asked for, or none', () => {
    expect(decide({ candidates: [vm('a', 4, { to: 'n3' })] })).toEqual({ a: '→ n3' });
    expect(decide({ candidates: [vm('a', 20, { to: 'n3' })] })).toEqual({
      a: 'stays: n3: 4 GiB of memory would be missing, the threshold is 2 GiB free',
    });
    expect(decide({ candidates: [vm('a', 4, { to: 'n9' })] })).toEqual({ a: 'stays: n9 is not there.' });
  });

  it('is a host beyond its CPU threshold if they have to leave, and not if they are asked for there', () => {
    const surveys = [host('n1', 32), host('n2', 32, { cpuPercent: 95 })];
    expect(decide({ surveys, candidates: [vm('a', 4)] })).toEqual({ a: '→ n2' });
    expect(decide({ surveys, candidates: [vm('a', 4, { to: 'n2' })] })).toEqual({
      a: 'stays: n2: CPU use would be about 96 %, the threshold is 90 %',
    });
  });

  it('keeps the rules, but for those that speak of takeovers only', () => {
    const policy = policyWith({ a: { restart: 'leave-down' }, b: { allowedHosts: ['n3'] } });
    expect(decide({ policy, candidates: [vm('a', 4), vm('b', 4)] })).toEqual({ a: '→ n2', b: '→ n3' });
    expect(decide({ policy, candidates: [vm('b', 4, { to: 'n2' })] })).toEqual({
      b: 'stays: n2: it is not one of the allowed hosts',
    });
  });

  it('tells what keeps a VM on its host', () => {
    const candidates = [vm('a', 4, { unmovable: 'Disk vda is not on shared storage' })];
    expect(decide({ candidates })).toEqual({ a: 'stays: Disk vda is not on shared storage' });
  });

  it('leaves alone what nobody asked to move', () => {
    const running = [{ uuid: 'z', name: 'z', memory: gib, vcpus: 1, starting: false }];
    const surveys = [host('n1', 32, { running }), host('n2', 32)];
    expect(decide({ surveys, candidates: [vm('a', 4)] })).toEqual({ a: '→ n2' });
  });
});
