import type { Finding } from '../../contract/finding.ts';

type Failure = Pick<Finding, 'title' | 'cause' | 'remedy'> & { id: string };

/** Why something could not be written to a quorum disk, by the error of the file system. */
export function writeFailure(host: string, subject: string, error: NodeJS.ErrnoException): Finding {
  return { severity: 'error', host, subject, ...failureOf(host, subject, error) };
}

function failureOf(host: string, subject: string, { code, message }: NodeJS.ErrnoException): Failure {
  const kept = `The definition of ${subject} that is there still stands, if there is one.`;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return {
      id: 'quorum-disk-full',
      title: `The quorum disk of ${host} is full: ${subject} was not saved.`,
      cause: kept,
      remedy: 'Remove what does not belong there, or give the host a bigger quorum disk.',
    };
  }
  if (code === 'EROFS') {
    return {
      id: 'quorum-disk-read-only',
      title: `The quorum disk of ${host} is read-only: ${subject} was not saved.`,
      cause: kept,
      remedy: 'Look at the kernel log and the storage; then restart the resource, which mounts it anew.',
    };
  }
  return {
    id: 'quorum-disk-write-failed',
    title: `${subject} could not be saved to the quorum disk of ${host}.`,
    cause: `${message}. ${kept}`,
    remedy: 'Look at the kernel log and the storage.',
  };
}

export const notHere = (host: string): Finding => ({
  id: 'quorum-disk-not-here',
  severity: 'warning',
  host,
  title: `The quorum disk of ${host} is not mounted here: nothing was synced.`,
  cause: 'Pacemaker mounts it; until then there is nothing to sync to.',
  remedy: 'Look at the resource of the quorum disk if this lasts.',
});

export const keptHidden = (host: string, subject: string): Finding => ({
  id: 'definition-kept-hidden',
  severity: 'warning',
  host,
  subject,
  title: `libvirt does not list ${subject}, but its definition lies on this host.`,
  cause: 'libvirt could not load it; its saved definition is kept.',
  remedy: 'Look for the reason in journalctl -u libvirtd.',
});

export const keptMany = (host: string, subject: string): Finding => ({
  id: 'definition-kept-many',
  severity: 'warning',
  host,
  subject,
  title: `${subject} is gone from this host together with most other VMs.`,
  cause: 'That can be a fault. Saved definitions are kept for ten minutes before this is believed.',
  remedy: 'If the VMs were removed on purpose, there is nothing to do.',
});
