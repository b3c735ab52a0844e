import type { Finding } from '../../../contract/finding.ts';
import type { HostIdentity } from './hosts.ts';
import { isAlive, type VmRow } from './vms.ts';

export interface VmProblem {
  finding: Finding;
  host: HostIdentity | null;
}

/** How many VMs a summed-up finding names before it says "and n more". */
const NAMED = 5;

/** What is wrong with VMs: each danger on its own line, each shortcoming summed up. */
export function vmProblems(rows: VmRow[]): VmProblem[] {
  return [
    ...rows.filter((row) => row.runningOn.length > 1).map(runningTwice),
    ...rows.filter((row) => row.sync === 'tampered').map(tampered),
    ...rows.filter((row) => row.state === 'crashed' && row.live).map(crashed),
    ...summary(
      rows.filter((row) => row.sync === 'unreadable'),
      'definitions-unreadable',
      (count) => `${count} on a quorum disk cannot be read`,
      'A takeover could not use what cannot be read.',
      'Sync the home hosts now. If that does not help, check the quorum disk.',
    ),
    ...summary(
      // Told above, each for itself or together.
      rows.filter((row) => row.live && isAlive(row.state) && !row.protected && !isSpoilt(row)),
      'vms-unprotected',
      (count) => `${count} could not start on another host`,
      'What runs only on one host stays down when that host fails.',
      'Virtual machines says of each why, and what to do.',
    ),
  ];
}

const isSpoilt = ({ sync }: VmRow): boolean => sync === 'tampered' || sync === 'unreadable';

function runningTwice(row: VmRow): VmProblem {
  const on = row.runningOn.map((host) => host.name).join(' and ');
  return {
    host: row.runningOn[0] ?? null,
    finding: {
      id: 'vm-running-twice',
      severity: 'error',
      subject: row.name,
      title: `${row.name} is running on ${on} at the same time`,
      cause: 'Two guests that write to the same disk destroy it, within seconds.',
      remedy: `Power off all but one of them now ("virsh destroy" on the host that should not run it), then check the guest's file systems.`,
    },
  };
}

function tampered(row: VmRow): VmProblem {
  return {
    host: row.shown.host,
    finding: {
      id: 'definition-tampered',
      severity: 'error',
      host: row.home,
      subject: row.name,
      title: `The stored definition of ${row.name} was changed by someone else`,
      cause: 'Its signature does not fit the cluster key, so a takeover refuses to start it.',
      remedy: `Find out who can write to the quorum disk of ${row.home}, then sync that host to store it anew.`,
    },
  };
}

function crashed(row: VmRow): VmProblem {
  return {
    host: row.shown.host,
    finding: {
      id: 'vm-crashed',
      severity: 'warning',
      host: row.shown.host.name,
      subject: row.name,
      title: `${row.name} has crashed`,
      cause: `The hypervisor on ${row.shown.host.name} reports that its guest crashed.`,
      remedy: 'Look at its console and log, then start it again.',
    },
  };
}

function summary(
  rows: VmRow[],
  id: string,
  title: (count: string) => string,
  cause: string,
  remedy: string,
): VmProblem[] {
  if (rows.length === 0) return [];
  const names = rows.slice(0, NAMED).map((row) => row.name);
  const more = rows.length > NAMED ? ` and ${rows.length - NAMED} more` : '';
  const count =
    id === 'vms-unprotected'
      ? `${rows.length} running ${rows.length === 1 ? 'VM' : 'VMs'}`
      : `${rows.length} ${rows.length === 1 ? 'definition' : 'definitions'}`;
  return [
    {
      host: null,
      finding: {
        id,
        severity: 'warning',
        title: title(count),
        cause: `${names.join(', ')}${more}. ${cause}`,
        remedy,
      },
    },
  ];
}
