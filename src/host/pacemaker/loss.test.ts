import { describe, expect, it } from 'vitest';
import type { Fencing, Member } from '../../contract/clusterState.ts';
import type { EngineState, HostLoss } from '../ports/clusterEngine.ts';
import { noEngine } from './compose.ts';
import { type ClusterEvent, parseEvents } from './events.ts';
import { mustBeGone } from './fencing.ts';
import { lossFrom } from './loss.ts';

type Known = NonNullable<Member['pacemaker']>['state'];
type History = Fencing['history'];

function seen(
  online: boolean,
  pacemaker: Known | undefined,
  history: History = [],
  quorate = true,
): EngineState {
  const known = pacemaker === undefined ? {} : { pacemaker: { state: pacemaker, dc: false } };
  return {
    ...noEngine,
    engine: 'running',
    quorate,
    members: [
      { name: 'n1', nodeId: 1, online: true },
      { name: 'n2', nodeId: 2, online, ...known },
    ],
    fencing: { ...noEngine.fencing, method: 'sbd-disk', agents: ['fence_sbd'], history },
  };
}

const fencing = (at: number, by = 'n1'): History => [
  { target: 'n2', action: 'reboot', outcome: 'success', at, by },
];
const event = (kind: 'lost' | 'member', at: number, node = 'n2'): ClusterEvent => ({ kind, node, at });
const fenced = (at: number): ClusterEvent => ({ kind: 'fenced', node: 'n2', at, detail: '' });

describe('the loss of a host', () => {
  it.each<[string, EngineState, ClusterEvent[], HostLoss]>([
    ['it is there', seen(true, 'online'), [], { state: 'member' }],
    ['it came back after it was fenced', seen(true, 'pending', fencing(9000)), [], { state: 'member' }],
    ['it is silent', seen(false, 'unclean'), [event('lost', 5)], { state: 'unfenced', detectedAt: 5 }],
    ['Pacemaker has not noticed', seen(false, 'online'), [], { state: 'unfenced' }],
    ['Pacemaker does not answer', seen(false, undefined), [], { state: 'unfenced' }],
    ['this part has no quorum', seen(false, 'offline', fencing(9000), false), [], { state: 'unfenced' }],
    [
      'it was fenced',
      seen(false, 'offline', fencing(9000)),
      [event('member', 1), event('lost', 5000), event('lost', 5010), fenced(9123)],
      { state: 'fenced', detectedAt: 5000, fencedAt: 9123, how: 'fence_sbd, by n1' },
    ],
    [
      'it was fenced, and nothing was noted',
      seen(false, 'offline', fencing(9000)),
      [],
      { state: 'fenced', fencedAt: 9000, how: 'fence_sbd, by n1' },
    ],
    [
      'the admin confirmed it',
      seen(false, 'offline', fencing(9000, 'a human')),
      [],
      { state: 'fenced', fencedAt: 9000, how: 'confirmed by hand' },
    ],
    ['it left', seen(false, 'offline'), [event('lost', 5000)], { state: 'left', detectedAt: 5000 }],
    [
      'it was fenced once, came back, and left',
      seen(false, 'offline', fencing(9000)),
      [event('lost', 5000), fenced(9123), event('member', 20_000), event('lost', 30_000)],
      { state: 'left', detectedAt: 30_000 },
    ],
    ['nobody knows it', { ...seen(false, 'offline'), members: [] }, [], { state: 'unfenced' }],
  ])('%s', (_case, state, events, expected) => {
    expect(lossFrom(state, 'n2', events)).toEqual(expected);
  });

  it('of another host does not count', () => {
    expect(lossFrom(seen(false, 'unclean'), 'n2', [event('lost', 5, 'n3')])).toEqual({ state: 'unfenced' });
  });
});

describe('confirming that a host is off', () => {
  it.each<[string, EngineState, string]>([
    ['a member', seen(true, 'online'), 'conflict'],
    ['a stranger', { ...seen(false, 'offline'), members: [] }, 'invalid-input'],
    ['anyone while the engine is stopped', { ...seen(false, 'unclean'), engine: 'stopped' }, 'unreachable'],
  ])('is refused for %s', (_case, state, kind) => {
    expect(() => mustBeGone('n2', state)).toThrow(expect.objectContaining({ kind }));
  });

  it('is taken for one that is silent', () => {
    expect(() => mustBeGone('n2', seen(false, 'unclean'))).not.toThrow();
  });
});

describe('the events log', () => {
  it('has hosts lost and found, and fencings', () => {
    const log = [
      '1700000000.012345\tnode\tn2\t\tlost',
      '1700000009.5\tfencing\tn2\t0\tOperation reboot of n2 by n1 for stonith_admin.7@n1: OK (ref=1)',
      '1700000010.999999\tfencing\tn3\t-19\tOperation reboot of n3 by <anyone>: No such device (ref=2)',
      '1700000020.0\tnode\tn2\t\tmember',
      '1700000021.0\tnode\tn2\t\tsomething new',
      '17000000',
      'x\ty',
      '',
    ].join('\n');
    expect(parseEvents(log)).toEqual([
      { kind: 'lost', node: 'n2', at: 1_700_000_000_012 },
      {
        kind: 'fenced',
        node: 'n2',
        at: 1_700_000_009_000,
        detail: 'Operation reboot of n2 by n1 for stonith_admin.7@n1: OK (ref=1)',
      },
      {
        kind: 'fencing-failed',
        node: 'n3',
        at: 1_700_000_010_999,
        detail: 'Operation reboot of n3 by <anyone>: No such device (ref=2)',
      },
      { kind: 'member', node: 'n2', at: 1_700_000_020_000 },
    ]);
  });
});
