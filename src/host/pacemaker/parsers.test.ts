import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { linkStats, localNodeId, parseCmap, runtimeNodes } from './cmap.ts';
import { CorosyncConfError, parseCorosyncConf } from './corosyncConf.ts';
import { parseCrmMon } from './crmMon.ts';
import { parseQuorumtool } from './quorumtool.ts';
import { parseSbdConfig, parseSbdList, parseSbdTimes } from './sbd.ts';

/** Captured from Corosync 3.1.7, Pacemaker 2.1.5 and SBD 1.5.2 on Debian 12. */
const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

describe('corosync-cmapctl', () => {
  it('gives the nodes, who has joined, and which one this is', () => {
    const cmap = parseCmap(fixture('cmap.txt'));
    expect(localNodeId(cmap)).toBe(1);
    expect(runtimeNodes(cmap).map(({ name, nodeId, joined }) => [name, nodeId, joined])).toEqual([
      ['n1', 1, true],
      ['n2', 2, true],
      ['n3', 3, true],
    ]);
    expect([...(runtimeNodes(cmap)[1]?.addresses ?? [])]).toEqual([
      [0, '10.100.1.12'],
      [1, '10.100.2.12'],
    ]);
  });

  it('gives the state and latency of links to two digits', () => {
    const stats = parseCmap(fixture('cmap-stats.txt'));
    expect(linkStats(stats, 2, 0)).toEqual({ connected: true, average: 720, worst: 1100 });
    // A node that is not in the statistics is not connected.
    expect(linkStats(stats, 9, 0)).toEqual({ connected: false });
  });
});

describe('corosync-quorumtool', () => {
  it('gives votes and quorum', () => {
    expect(parseQuorumtool(fixture('quorumtool.txt'))).toEqual({
      quorate: true,
      votes: { expected: 3, total: 3, needed: 2 },
    });
  });

  it('understands a partition without quorum, and no answer', () => {
    const blocked = fixture('quorumtool.txt')
      .replace('Quorate:          Yes', 'Quorate:          No')
      .replace('Total votes:      3', 'Total votes:      1')
      .replace('Quorum:           2  ', 'Quorum:           2 Activity blocked');
    expect(parseQuorumtool(blocked)).toEqual({ quorate: false, votes: { expected: 3, total: 1, needed: 2 } });
    expect(parseQuorumtool('Cannot initialize QUORUM service\n')).toEqual({ quorate: false });
  });
});

describe('corosync.conf', () => {
  const good = `# comment
totem {
  version: 2
  cluster_name: lab
  transport: udpu
}
nodelist {
  node {
    ring0_addr: 10.0.0.1
    ring1_addr: fd00::1
    name: n1
    nodeid: 1
  }
  node {
    ring0_addr: 10.0.0.2
    nodeid: 2
  }
}
`;
  const problemOf = (text: string): string => {
    try {
      parseCorosyncConf(text);
      return 'accepted';
    } catch (error) {
      if (error instanceof CorosyncConfError) return error.message;
      throw error;
    }
  };

  it('is read', () => {
    const conf = parseCorosyncConf(good);
    expect(conf).toMatchObject({ clusterName: 'lab', transport: 'udpu' });
    expect(conf.nodes).toEqual([
      {
        name: 'n1',
        nodeId: 1,
        addresses: new Map([
          [0, '10.0.0.1'],
          [1, 'fd00::1'],
        ]),
      },
      { nodeId: 2, addresses: new Map([[0, '10.0.0.2']]) },
    ]);
  });

  it.each([
    [
      good.replace('  version: 2', '  version 2'),
      'Line 3: "version 2" is neither a section nor a "key: value".',
    ],
    [`${good}}\n`, 'Line 19: a closing brace without a section.'],
    ['totem {\n  version: 2\n', 'Line 3: the section totem is not closed.'],
    [good.replace('udpu', 'carrier-pigeon'), 'Line 5: the transport "carrier-pigeon" is not known.'],
    [good.replace('nodeid: 2', 'nodeid: two'), 'Line 16: the node id "two" is not a number.'],
    ['\u0000\u0001garbage', 'Line 1: "\u0000\u0001garbage" is neither a section nor a "key: value".'],
  ])('says where it makes no sense', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });
});

describe('crm_mon', () => {
  it('gives members, fence agents and where quorum disks are', () => {
    const state = parseCrmMon(fixture('crm-mon.xml'));
    expect(state.fencingEnabled).toBe(true);
    expect(state.fenceAgents).toEqual(['fence_sbd']);
    expect([...state.nodes.keys()]).toEqual(['n1', 'n2', 'n3']);
    expect([...state.nodes.values()].filter(({ dc }) => dc)).toHaveLength(1);
    expect(state.quorumDisks).toContainEqual({ home: 'n2', mountedOn: 'n2', state: 'mounted' });
    expect(state.failures).toEqual([]);
  });

  it('gives failed operations with node and reason', () => {
    const state = parseCrmMon(fixture('crm-mon-failed.xml'));
    expect(state.failures).toHaveLength(9);
    expect(state.failures[0]).toEqual({
      resource: 'quorum-disk-n1',
      operation: 'start',
      node: 'n3',
      reason: 'error',
    });
    expect(state.quorumDisks[0]).toEqual({
      home: 'n1',
      mountedOn: null,
      state: 'failed',
      failure: 'n3: error',
    });
  });

  it('gives a fencing that is under way', () => {
    expect(parseCrmMon(fixture('crm-mon-fencing.xml')).history[0]).toEqual({
      target: 'n3',
      action: 'reboot',
      outcome: 'pending',
      client: 'stonith_admin',
    });
  });

  it('counts a fencing asked for by two as one', () => {
    const { history } = parseCrmMon(fixture('crm-mon-fenced.xml'));
    const at = Date.UTC(2026, 10, 22, 17, 11, 51);
    expect(history).toEqual([
      { target: 'n3', action: 'reboot', outcome: 'success', at, client: 'pacemaker-controld', by: 'n1' },
    ]);
  });

  it('refuses what is no answer of it', () => {
    expect(() => parseCrmMon('<other/>')).toThrow(expect.objectContaining({ kind: 'invalid-input' }));
    expect(() => parseCrmMon('Error: cluster is not available')).toThrow(
      expect.objectContaining({ kind: 'invalid-input' }),
    );
  });
});

describe('sbd', () => {
  it('gives the slots', () => {
    expect(parseSbdList('0\tn3\treset\tn1\n1\tn1\tclear\t\n')).toEqual([
      { host: 'n3', message: 'reset' },
      { host: 'n1', message: 'clear' },
    ]);
    expect(parseSbdTimes('Timeout (watchdog) : 5\nTimeout (msgwait)  : 10\n')).toEqual({
      watchdogS: 5,
      msgwaitS: 10,
    });
  });

  it.each([
    [
      'SBD_DEVICE="/dev/a;/dev/b"\n# SBD_DEVICE="/dev/c"\n',
      { devices: ['/dev/a', '/dev/b'], watchdogDevice: '/dev/watchdog' },
    ],
    ["SBD_WATCHDOG_DEV='/dev/watchdog1'\n", { devices: [], watchdogDevice: '/dev/watchdog1' }],
    ['SBD_DEVICE=/dev/a\nSBD_OPTS="-W -W"\n', { devices: ['/dev/a'] }],
    ['SBD_DEVICE=/dev/a\nSBD_OPTS="-W"\n', { devices: ['/dev/a'], watchdogDevice: '/dev/watchdog' }],
  ])('reads its configuration', (text, config) => {
    expect(parseSbdConfig(text)).toEqual(config);
  });
});
