import type { Member } from '../../../contract/clusterState.ts';
import type { ConnectionState } from '../../../contract/inventory.ts';
import type { Tone } from '../../components/Status.tsx';
import type { HostIdentity } from '../../store/selectors/hosts.ts';

export interface HostStatus {
  tone: Tone;
  word: string;
}

const byConnection: Record<Exclude<ConnectionState, 'online'>, HostStatus> = {
  disconnected: { tone: 'off', word: 'Disconnected' },
  connecting: { tone: 'working', word: 'Connecting' },
  'awaiting-admin': { tone: 'waiting', word: 'Waits for your answer' },
  bare: { tone: 'info', word: 'No host program' },
  'version-mismatch': { tone: 'error', word: 'Version differs' },
  reconnecting: { tone: 'error', word: 'Unreachable' },
  failed: { tone: 'error', word: 'Connection failed' },
};

const byPacemaker = {
  online: { tone: 'ok', word: 'Online' },
  offline: { tone: 'error', word: 'Pacemaker offline' },
  pending: { tone: 'working', word: 'Joining' },
  standby: { tone: 'info', word: 'Standby' },
  maintenance: { tone: 'info', word: 'Maintenance' },
  unclean: { tone: 'error', word: 'Unclean, fencing due' },
} as const;

/**
 * A host in a word.
 *
 * | connection | membership       | word                        |
 * |------------|------------------|-----------------------------|
 * | not online | any              | the connection's            |
 * | online     | none asked       | Online                      |
 * | online     | Corosync offline | Not in the cluster          |
 * | online     | Corosync online  | Pacemaker's                 |
 */
export function hostStatus(host: HostIdentity | null, member: Member | null): HostStatus {
  if (host === null) return { tone: 'unknown', word: 'Not in Minime' };
  if (host.connection.state !== 'online') return byConnection[host.connection.state];
  if (host.freshness !== 'live') return { tone: 'unknown', word: 'Not up to date' };
  if (member === null) return { tone: 'ok', word: 'Online' };
  if (!member.online) return { tone: 'error', word: 'Not in the cluster' };
  return member.pacemaker === undefined
    ? { tone: 'warning', word: 'Pacemaker silent' }
    : byPacemaker[member.pacemaker.state];
}
