import { describe, expect, it } from 'vitest';
import type { ReadinessCondition } from '../contract/policy.ts';
import { plan } from './plan.ts';
import { predictTimes, type TimeFigures } from './predictTimes.ts';
import { host, policy, vm } from './testing/cluster.ts';

const figures: TimeFigures = {
  detectionS: 4,
  fencingS: 10,
  preparationS: 1,
  startS: (uuid) => (uuid === 'uuid-slow' ? 30 : 2),
  agentS: 20,
};

/** Two tiers, all on one host. */
function predict(first: string[], second: string[], readiness: ReadinessCondition, startsPerHost = 2) {
  const names = [...first, ...second];
  const base = policy(names);
  const rules = {
    ...base,
    tiers: [
      { name: 'First', vms: first.map((name) => `uuid-${name}`), readiness },
      { name: 'Second', vms: second.map((name) => `uuid-${name}`), readiness },
    ],
    takeover: { ...base.takeover, startsPerHost },
  };
  const planned = plan({
    hosts: [host('n2', 60)],
    vms: names.map((name) => vm(name, 1)),
    policy: rules,
    failed: ['n1'],
  });
  return predictTimes(planned, rules, figures);
}

describe('the times of a plan', () => {
  it('begin after detection, fencing and preparation', () => {
    expect(predict(['a'], [], { kind: 'started' })).toEqual({
      startsAfterS: 15,
      startedAtS: { 'uuid-a': 17 },
    });
  });

  it('respect how many VMs a host starts at once, and let a slow one hold back nobody of its tier', () => {
    const { startedAtS } = predict(['slow', 'a', 'b', 'c'], [], { kind: 'started' });
    expect(startedAtS).toEqual({ 'uuid-slow': 45, 'uuid-a': 17, 'uuid-b': 19, 'uuid-c': 21 });
  });

  it.each<[ReadinessCondition, number]>([
    [{ kind: 'started' }, 19],
    [{ kind: 'guest-agent', timeoutS: 60 }, 39],
    [{ kind: 'guest-agent', timeoutS: 5 }, 24],
    [{ kind: 'delay', seconds: 7 }, 26],
  ])('of the second tier begin when the first is ready: %j', (readiness, expected) => {
    expect(predict(['a'], ['b'], readiness).startedAtS).toEqual({ 'uuid-a': 17, 'uuid-b': expected });
  });

  it('do not wait for a tier of which nothing is started', () => {
    expect(predict([], ['a'], { kind: 'delay', seconds: 100 }).startedAtS).toEqual({ 'uuid-a': 17 });
  });

  it('leave out what stays down', () => {
    const rules = policy(['huge']);
    const planned = plan({ hosts: [host('n2', 8)], vms: [vm('huge', 50)], policy: rules, failed: ['n1'] });
    expect(predictTimes(planned, rules, figures).startedAtS).toEqual({});
  });
});
