import { describe, expect, it } from 'vitest';
import { parseLinkLog } from './linkLog.ts';

const log = `1764135000.250000 n1 corosync[812]:   [KNET  ] link: host: 2 link: 1 is down
1764135000.260000 n1 corosync[812]:   [KNET  ] host: host: 2 (passive) best link: 0 (pri: 1)
1764135042.5 n1 corosync[812]:   [KNET  ] rx: host: 2 link: 1 is up
1764135043.000001 n1 corosync[812]:   [KNET  ] link: host: 9 link: 1 is down
-- No entries --
`;

describe('the log of Corosync', () => {
  it('tells of links of known hosts that go down and come up, and when', () => {
    const names = new Map([[2, 'n2']]);
    expect(parseLinkLog(log, (id) => names.get(id))).toEqual([
      { kind: 'link-lost', link: 1, peer: 'n2', at: 1_764_135_000_250 },
      { kind: 'link-restored', link: 1, peer: 'n2', at: 1_764_135_042_500 },
    ]);
  });
});
