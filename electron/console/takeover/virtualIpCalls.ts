import { findCluster } from '../clusters/clusterRef.ts';
import type { CallHandlers } from '../dispatch.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { ask, quorateMember } from './ask.ts';

type VirtualIpCalls = Pick<CallHandlers, Extract<keyof CallHandlers, `virtualIp.${string}`>>;

/** The calls about service addresses: a host that has quorum does it, and tells its history who wanted it. */
export function createVirtualIpCalls({
  sessions,
  editor,
}: {
  sessions: Sessions;
  editor: string;
}): VirtualIpCalls {
  const sessionOf = (clusterId: string) =>
    quorateMember(sessions, findCluster(sessions.views(), clusterId)).session;
  return {
    'virtualIp.add': async ({ clusterId, spec }) =>
      await ask(sessionOf(clusterId), 'virtualIp.add', { spec, by: editor }),
    'virtualIp.move': async ({ clusterId, name, host }) =>
      await ask(sessionOf(clusterId), 'virtualIp.move', { name, host, by: editor }),
    'virtualIp.remove': async ({ clusterId, name }) =>
      await ask(sessionOf(clusterId), 'virtualIp.remove', { name, by: editor }),
  };
}
