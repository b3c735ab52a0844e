import { describe, expect, it } from 'vitest';
import type { SurveyedHost } from './fromSurveys.ts';
import { fromSurveys } from './fromSurveys.ts';
import { plan } from './plan.ts';
import { GB, hostsOf, policy, vm } from './testing/cluster.ts';

const survey = (host: string, more: Partial<SurveyedHost> = {}): SurveyedHost => ({
  host,
  memoryTotal: 64 * GB,
  memoryFree: 32 * GB,
  cores: 16,
  cpuPercent: 10,
  running: [],
  ...more,
});
const running = (name: string, starting = false) => ({
  uuid: `uuid-${name}`,
  name,
  memory: GB,
  vcpus: 1,
  starting,
});

describe('what hosts say of themselves, for the planner', () => {
  it('keeps their figures, what runs where, and why one takes nothing', () => {
    const { hosts, vms } = fromSurveys([
      survey('n2', { unavailable: 'it is in maintenance', running: [{ ...running('a'), cpuPercent: 40 }] }),
    ]);
    expect(hosts).toEqual([
      {
        name: 'n2',
        memoryTotal: 64 * GB,
        memoryFree: 32 * GB,
        cores: 16,
        cpuPercent: 10,
        unavailable: 'it is in maintenance',
      },
    ]);
    expect(vms).toEqual([{ uuid: 'uuid-a', name: 'a', host: 'n2', memory: GB, vcpus: 1, cpuPercent: 40 }]);
  });

  it.each([
    [false, false, 'n2'],
    [true, false, 'n3'],
    [false, true, 'n2'],
    [true, true, 'n2'],
  ])('counts a VM that two hosts have once (starting: %s, %s)', (there, elsewhere, expected) => {
    const surveys = [
      survey('n3', { running: [running('a', elsewhere)] }),
      survey('n2', { running: [running('a', there)] }),
    ];
    expect(fromSurveys(surveys).vms).toMatchObject([{ uuid: 'uuid-a', host: expected }]);
  });

  it('gives a silent host nothing, and does not let it spoil the balance of the others', () => {
    const surveys = [survey('n2', { memoryFree: 20 * GB }), survey('n3')];
    const input = fromSurveys(surveys, [{ host: 'n4', unavailable: 'it does not answer' }]);
    const result = plan({
      ...input,
      vms: [...input.vms, vm('a', 4), vm('b', 4)],
      policy: policy(['a', 'b']),
      failed: ['n1'],
    });
    expect(hostsOf(result)).toEqual({ a: 'n3', b: 'n3' });
    const refused = result.vms[0]?.refused.find((one) => one.host === 'n4');
    expect(refused?.reasons).toEqual([{ kind: 'unavailable', detail: 'it does not answer' }]);
  });
});
