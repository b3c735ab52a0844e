import { formatDistanceStrict } from 'date-fns';
import type { Finding } from '../../contract/finding.ts';
import type { StoredDefinition } from '../../contract/hostState.ts';
import type { MountedDisk } from '../ports/quorumDisks.ts';

/** Three rounds of the timer. */
const syncTooOldMs = 6 * 60_000;
const fullFrom = 0.9;

export interface DiskView {
  disk: MountedDisk;
  /** Bytes; 0 while it has never answered. */
  size: number;
  used: number;
  /** It is this host's own: only then is it synced here. */
  own: boolean;
  definitions: readonly StoredDefinition[];
  /** Unix milliseconds; null: never. */
  lastSyncAt: number | null;
  now: number;
}

/** What is wrong with a quorum disk right now. Pure. */
export function diskProblems({ disk, size, used, own, definitions, lastSyncAt, now }: DiskView): Finding[] {
  const about = { host: disk.home, subject: disk.source };
  const problems: Finding[] = [];
  if (disk.readOnly) {
    problems.push({
      id: 'quorum-disk-read-only',
      severity: 'error',
      ...about,
      title: `The quorum disk of ${disk.home} is read-only.`,
      cause: 'ext4 made it so after an error of the storage.',
      remedy: 'Look at the kernel log and the storage; then restart the resource, which mounts it anew.',
    });
  }
  if (size > 0 && used / size >= fullFrom) {
    problems.push({
      id: 'quorum-disk-full',
      severity: used >= size ? 'error' : 'warning',
      ...about,
      title: `The quorum disk of ${disk.home} is ${Math.floor((used / size) * 100)} % full.`,
      cause: 'Definitions that no longer fit are not kept.',
      remedy: 'Remove what does not belong there, or give the host a bigger quorum disk.',
    });
  }
  if (own && (lastSyncAt === null || now - lastSyncAt > syncTooOldMs)) {
    problems.push({
      id: 'sync-too-old',
      severity: 'warning',
      ...about,
      title:
        lastSyncAt === null
          ? `The definitions of ${disk.home} have not been synced yet.`
          : `The last complete sync of ${disk.home} was ${formatDistanceStrict(lastSyncAt, now)} ago.`,
      cause: 'Sync does not run, or does not get through.',
      remedy: 'Look at journalctl -u minime-sync, and at the other problems of this host.',
    });
  }
  for (const { uuid, state, name } of definitions) {
    if (state !== 'tampered' && state !== 'unreadable') continue;
    problems.push({
      id: `definition-${state}`,
      severity: 'error',
      host: disk.home,
      subject: name,
      title: `The definition ${uuid} on the quorum disk of ${disk.home} is ${state === 'tampered' ? 'not genuine' : 'unreadable'}.`,
      cause:
        state === 'tampered'
          ? 'Its signature was not made with the key of this cluster, for this VM and host.'
          : 'It is cut short or damaged.',
      remedy: 'The next sync writes it again. If it was tampered with, find out who can write the storage.',
    });
  }
  return problems;
}
