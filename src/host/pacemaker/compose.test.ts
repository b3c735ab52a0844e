import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clusterSectionSchema } from '../../contract/clusterState.ts';
import type { EngineState } from '../ports/clusterEngine.ts';
import { clusterProblems } from '../sections/clusterProblems.ts';
import { parseCmap } from './cmap.ts';
import { type Answers, composeState, noEngine } from './compose.ts';
import { parseCrmMon } from './crmMon.ts';
import { parseQuorumtool } from './quorumtool.ts';

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const answers: Answers = {
  conf: undefined,
  cmap: parseCmap(fixture('cmap.txt')),
  stats: parseCmap(fixture('cmap-stats.txt')),
  quorum: parseQuorumtool(fixture('quorumtool.txt')),
  pacemaker: parseCrmMon(fixture('crm-mon.xml')),
  poisonPills: [{ path: '/dev/sbd', readable: true, slots: [{ host: 'n1', message: 'clear' }] }],
  watchdog: {},
  configuration: undefined,
  sbdTimes: {},
  fencingMethod: 'sbd-disk',
  trouble: [],
};
const ids = (state: EngineState): string[] => clusterProblems(state, 'n1').map(({ id }) => id);

describe('the engine as its tools tell', () => {
  it('is a cluster section of the contract when it is whole, and has no problem', () => {
    const { failures: _, trouble: __, localNode, clusterName, ...state } = composeState(answers);
    expect(clusterSectionSchema.parse({ ...state, problems: [] })).toBeTruthy();
    expect([localNode, clusterName, state.transport]).toEqual(['n1', 'lab', 'knet']);
    expect(state.links.map(({ link, localAddress, peers }) => [link, localAddress, peers.length])).toEqual([
      [0, '10.100.1.11', 2],
      [1, '10.100.2.11', 2],
    ]);
    expect(ids(composeState(answers))).toEqual([]);
  });

  it('names both ends of a link that is down', () => {
    const stats = parseCmap(
      fixture('cmap-stats.txt').replace('node2.link1.connected (u8) = 1', 'node2.link1.connected (u8) = 0'),
    );
    const [problem] = clusterProblems(composeState({ ...answers, stats }), 'n1');
    expect(problem).toMatchObject({ id: 'link-down', severity: 'warning', host: 'n1', subject: 'link 1' });
    expect(problem?.title).toBe('Heartbeat link 1 between n1 and n2 is down.');
  });

  it('tells of a host that left, and not of each link to it', () => {
    const cmap = parseCmap(
      fixture('cmap.txt').replace('members.2.status (str) = joined', 'members.2.status (str) = left'),
    );
    const stats = parseCmap(
      fixture('cmap-stats.txt').replaceAll(/(node2.link\d.connected \(u8\) =) 1/g, '$1 0'),
    );
    expect(ids(composeState({ ...answers, cmap, stats }))).toEqual(['member-offline']);
  });

  it('keeps the members of the configuration while Corosync is stopped', () => {
    const nodes = [{ name: 'n1', nodeId: 1, addresses: new Map<number, string>() }];
    const conf = { transport: 'knet' as const, nodes };
    const state = composeState({
      ...answers,
      conf,
      cmap: undefined,
      stats: undefined,
      quorum: undefined,
      pacemaker: undefined,
    });
    expect(state).toMatchObject({
      engine: 'stopped',
      quorate: false,
      members: [{ name: 'n1', online: false }],
    });
    expect(ids(state)).toEqual(['engine-stopped']);
  });

  it('tells of fencing that is off, a pill that waits, a disk that cannot be read', () => {
    const pacemaker = { ...parseCrmMon(fixture('crm-mon.xml')), fencingEnabled: false };
    const poisonPills = [
      { path: '/dev/a', readable: false, slots: [] },
      {
        path: '/dev/b',
        readable: true,
        slots: [
          { host: 'n2', message: 'reset' },
          { host: 'stranger', message: 'off' },
        ],
      },
    ];
    expect(ids(composeState({ ...answers, pacemaker, poisonPills }))).toEqual([
      'fencing-disabled',
      'poison-pill-unreadable',
      'poison-pill-pending',
    ]);
  });

  it('says of each failed operation and each quorum disk what is wrong', () => {
    const state = composeState({ ...answers, pacemaker: parseCrmMon(fixture('crm-mon-failed.xml')) });
    expect(ids(state).filter((id) => id === 'resource-failed')).toHaveLength(9);
    expect(ids(state).filter((id) => id === 'quorum-disk-not-mounted')).toHaveLength(3);
  });

  it('says when a quorum disk is not at home', () => {
    const pacemaker = parseCrmMon(fixture('crm-mon.xml'));
    pacemaker.quorumDisks = [{ home: 'n2', mountedOn: 'n3', state: 'mounted' }];
    const [problem] = clusterProblems(composeState({ ...answers, pacemaker }), 'n1');
    expect(problem).toMatchObject({ id: 'quorum-disk-not-home', severity: 'warning', host: 'n2' });
  });

  it('says that fencing fails, also while it is tried again', () => {
    const pacemaker = parseCrmMon(fixture('crm-mon.xml'));
    const reboot = { target: 'n2', action: 'reboot' };
    const failed = { ...reboot, outcome: 'failed' as const, at: 2000 };
    pacemaker.history = [{ ...reboot, outcome: 'pending' }, failed];
    expect(ids(composeState({ ...answers, pacemaker }))).toEqual(['fencing-failed']);
    pacemaker.history = [{ ...reboot, outcome: 'success', at: 3000 }, failed];
    expect(ids(composeState({ ...answers, pacemaker }))).toEqual([]);
    pacemaker.history = [{ ...reboot, outcome: 'pending' }];
    expect(ids(composeState({ ...answers, pacemaker }))).toEqual([]);
  });

  it('has the line of a broken corosync.conf', () => {
    const trouble = [{ part: 'corosync.conf' as const, message: 'Line 3: nonsense.' }];
    expect(clusterProblems(composeState({ ...answers, trouble }), 'n1')).toMatchObject([
      { id: 'corosync-conf-unparsable', host: 'n1', cause: 'Line 3: nonsense.' },
    ]);
  });

  it('has no problem where there is no cluster', () => {
    expect(clusterProblems(noEngine, 'n1')).toEqual([]);
  });
});
