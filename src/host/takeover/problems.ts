import type { Finding } from '../../contract/finding.ts';

/** What is out of order while a takeover goes on, in words. */

export const waitingForFencing = (home: string): Finding => ({
  id: 'takeover-waits-for-fencing',
  severity: 'error',
  host: home,
  title: `The takeover of ${home} waits: ${home} is silent, and was not fenced.`,
  cause:
    'As long as it may be alive, its VMs may run there; started elsewhere as well they would destroy their disks.',
  remedy: `Look at the fencing. If you have made certain that ${home} is off, confirm it as fenced.`,
});

export const waitingForWord = (home: string): Finding => ({
  id: 'takeover-waits-for-word',
  severity: 'error',
  host: home,
  title: `The takeover of ${home} waits: it left the cluster in good order, but not as a host that shuts down.`,
  cause: 'Its cluster engine was stopped; its VMs may still run there.',
  remedy: `Start the cluster engine on ${home} again. If ${home} is off, confirm it as fenced.`,
});

export const homeIsAlive = (home: string): Finding => ({
  id: 'takeover-home-alive',
  severity: 'warning',
  host: home,
  title: `The quorum disk of ${home} is here although ${home} is alive.`,
  cause: 'Its VMs are left alone. What changes there is not saved until the disk is at home again.',
  remedy: `Look for why its quorum disk could not stay on ${home}.`,
});

export const leftByPolicy = (home: string): Finding => ({
  id: 'takeover-left-by-policy',
  severity: 'info',
  host: home,
  title: `${home} was shut down in good order; by the policy its VMs stay down until it is back.`,
});

export const waitingForOwner = (owner: string): Finding => ({
  id: 'takeover-waits-for-owner',
  severity: 'info',
  host: owner,
  title: `Waiting until the takeover that ${owner} carries out has started its VMs.`,
});

export const waitingForRejoin = (host: string): Finding => ({
  id: 'takeover-waits-for-rejoin',
  severity: 'info',
  host,
  title: `Waiting until ${host} has started its own VMs.`,
});

export const peerSilent = (host: string, why: string): Finding => ({
  id: 'takeover-peer-silent',
  severity: 'warning',
  host,
  title: `${host} was not asked to take a VM: ${why}.`,
  remedy: `Look at minime-dispatch.service on ${host}, and at the network between the hosts.`,
});

export const journalRejected = (home: string, line: number, cause: string): Finding => ({
  id: 'journal-tampered',
  severity: 'error',
  host: home,
  subject: `line ${line}`,
  title: `A line of the journal on the quorum disk of ${home} is not believed.`,
  cause,
  remedy: 'Find out who can write to the shared storage.',
});

export const journalNotWritten = (home: string, cause: string): Finding => ({
  id: 'journal-not-written',
  severity: 'error',
  host: home,
  title: `The journal on the quorum disk of ${home} cannot be written; the takeover goes on without.`,
  cause,
  remedy:
    'Look at the storage. If this host dies now, the next one finds out by asking the others what runs.',
});

export const diskUnreadable = (home: string, cause: string): Finding => ({
  id: 'takeover-disk-unreadable',
  severity: 'error',
  host: home,
  title: `The quorum disk of ${home} cannot be read: its VMs cannot be started by the takeover.`,
  cause,
  remedy: 'Look at the kernel log and the storage. It is tried again.',
});

export const notHandedOver = (vm: string, home: string, to: string, cause: string): Finding => ({
  id: 'definition-not-handed-over',
  severity: 'warning',
  host: to,
  subject: vm,
  title: `The definition of ${vm} could not be handed over from ${home} to ${to} yet.`,
  cause,
  remedy: `It stays on the quorum disk of ${home}, and it is tried again; nothing is lost.`,
});

export const staleKept = (home: string, vm: string, to: string): Finding => ({
  id: 'stale-copy-kept',
  severity: 'warning',
  host: home,
  subject: vm,
  title: `The old copy of ${vm} on ${home} was kept: ${to} does not say that it has the VM.`,
  cause: `It was moved to ${to}.`,
  remedy: `It is not started here. It goes once ${to} answers and has the VM; see after ${to}.`,
});

export const runsTwice = (vm: string, one: string, other: string): Finding => ({
  id: 'vm-runs-twice',
  severity: 'error',
  host: one,
  subject: vm,
  title: `${vm} runs on ${one} and on ${other}.`,
  cause: 'Somebody started it by hand, or a host that counted as off was not.',
  remedy: 'Shut one of the two down at once and check the disks of the VM.',
});
