import type { Vm, VmState } from '../../../contract/hostState.ts';
import type { Tone } from '../../components/Status.tsx';
import type { SyncState, VmRow } from '../../store/selectors/vms.ts';

export const vmStateTone: Record<VmState, Tone> = {
  running: 'ok',
  paused: 'warning',
  'shutting-down': 'working',
  'shut-off': 'off',
  crashed: 'error',
  suspended: 'info',
  unknown: 'unknown',
};

export const vmStateWord: Record<VmState, string> = {
  running: 'running',
  paused: 'paused',
  'shutting-down': 'shutting down',
  'shut-off': 'shut off',
  crashed: 'crashed',
  suspended: 'suspended',
  unknown: 'unknown',
};

export const syncTone: Record<SyncState, Tone> = {
  current: 'ok',
  stale: 'warning',
  never: 'warning',
  tampered: 'error',
  unreadable: 'error',
  unknown: 'unknown',
};

export const syncWord: Record<SyncState, string> = {
  current: 'current',
  stale: 'stale',
  never: 'never synced',
  tampered: 'tampered with',
  unreadable: 'unreadable',
  unknown: 'unknown',
};

/** What the sync state means for a takeover. */
export const syncMeaning: Record<SyncState, string> = {
  current: 'The quorum disk holds what the hypervisor has now.',
  stale: 'The VM was changed since it was saved. A takeover would start it as it was before.',
  never: 'The quorum disk does not hold this VM: a takeover could not start it.',
  tampered: 'The saved definition does not carry the signature of this cluster. A takeover refuses it.',
  unreadable: 'The saved definition cannot be read. A takeover could not start it.',
  unknown: 'No connected host has the quorum disk mounted that should hold this VM.',
};

/** The state of a row, where more than one host may have a say. */
export function rowStatus(row: VmRow): { tone: Tone; word: string } {
  if (row.runningOn.length > 1) return { tone: 'error', word: `running on ${row.runningOn.length} hosts` };
  if (!row.live) return { tone: 'unknown', word: `was ${vmStateWord[row.state]}` };
  return { tone: vmStateTone[row.state], word: vmStateWord[row.state] };
}

/** Whether it could be started on another host. What no connected host can vouch for is not called protected. */
export function protectionStatus(row: VmRow): { tone: Tone; word: string } {
  if (!row.protected) return { tone: 'warning', word: 'unprotected' };
  if (!row.live) return { tone: 'unknown', word: 'was protected' };
  if (row.sync === 'unknown') return { tone: 'unknown', word: 'unknown' };
  return row.sync === 'stale'
    ? { tone: 'warning', word: 'protected, as last saved' }
    : { tone: 'ok', word: 'protected' };
}

/** Who starts a VM when its host comes up. */
export function startsBy({ startedByVmcl, autostart }: Pick<Vm, 'startedByVmcl' | 'autostart'>): string {
  if (startedByVmcl === true)
    return 'Started by VMCL, in its place in the restart order, if it runs nowhere else.';
  return autostart ? 'Started by the hypervisor (autostart).' : 'Not started by itself.';
}
