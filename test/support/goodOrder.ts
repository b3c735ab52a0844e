import type { Snapshot } from '../../src/contract/consoleApi.ts';

/** All hosts are members with what is theirs, and nothing goes on. */
export const inGoodOrder = ({ hosts }: Snapshot, count: number): boolean =>
  hosts.length === count &&
  hosts.every(
    ({ connection, sections: { cluster, takeover, history } }) =>
      connection.state === 'online' &&
      cluster?.quorate === true &&
      cluster.members.length === count &&
      cluster.members.every(({ online }) => online) &&
      cluster.quorumDisks.every(({ home, mountedOn }) => home === mountedOn) &&
      takeover?.rejoined === true &&
      history?.carriedOn.length === 0,
  );
