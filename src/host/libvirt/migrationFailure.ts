import { type ErrorKind, MinimeError } from '../../contract/errors.ts';
import type { RunResult } from '../ports/runner.ts';
import { reasonOf } from './failures.ts';
import { unreachable } from './virsh.ts';

interface Known {
  says: RegExp;
  message: (target: string, found: string) => string;
  remedy?: (target: string) => string;
}

/** What libvirt and QEMU say when a live migration fails, in words for the admin. Seen with libvirt 9.0 and QEMU 7.2. */
const known: readonly Known[] = [
  {
    says: /Cannot get interface (?:MTU|index) on '([^']+)'/,
    message: (target, bridge) => `${target} has no network bridge ${bridge}.`,
    remedy: (target) => `Set it up on ${target}.`,
  },
  {
    says: /Network not found: .*'([^']+)'|network '([^']+)' is not active/,
    message: (target, network) => `${target} has no active virtual network ${network}.`,
    remedy: (target) => `Start it on ${target}: virsh net-start.`,
  },
  {
    says: /Migration without shared storage is unsafe/,
    message: (target) => `It is not certain that ${target} reaches the same disks.`,
    remedy: () => 'Put its disks on shared storage.',
  },
  {
    says: /Migration may lead to data corruption/,
    message: () => 'Moving it live could damage its disks, because this host caches what it writes.',
    remedy: () => "Set cache='none' on its disks, or shut it down to move it.",
  },
  {
    says: /guest CPU doesn't match|CPU (?:is )?(?:incompatible|mode|feature)|unsupported.*CPU|missing features: (\S+)/i,
    message: (target) => `The CPU of ${target} lacks what the VM was started with.`,
    remedy: () => 'Choose a named CPU model that all hosts have.',
  },
  {
    says: /unable to connect to server at '([^']+)'/,
    message: (target, address) => `${target} does not accept the migration at ${address}.`,
    remedy: (target) => `Let TCP ports 49152 to 49215 of ${target} in from the other hosts of the cluster.`,
  },
  {
    says: /virt-ssh-helper: cannot connect/,
    message: (target) => `libvirt on ${target} does not answer.`,
    remedy: (target) => `Start it on ${target}: systemctl start libvirtd (or virtqemud).`,
  },
  {
    says: /Cannot recv data|[Ee]nd of file while reading data|Host key verification failed|Permission denied/,
    message: (target) => `${target} does not let a VM be moved to it.`,
    remedy: (target) => `Look at journalctl -u minime-dispatch on ${target}.`,
  },
];

/** `stderr` of `virsh migrate`. */
export function migrationFailure(target: string, result: RunResult): MinimeError {
  // Said of this host's own libvirt only.
  if (result.stderr.includes('failed to connect to the hypervisor')) return unreachable(result.stderr);
  const reason = reasonOf(result.stderr);
  const details = result.stderr.trim().slice(0, 2000);
  const kind: ErrorKind = 'tool-failed';
  for (const { says, message, remedy } of known) {
    const found = says.exec(reason);
    if (found === null) continue;
    const what = found.slice(1).find((group) => group !== undefined) ?? '';
    return new MinimeError({
      kind,
      message: message(target, what),
      cause: reason,
      details,
      ...(remedy === undefined ? {} : { remedy: remedy(target) }),
    });
  }
  return new MinimeError({ kind, message: reason || `virsh ended with exit code ${result.code}.`, details });
}

export const isUnsafeForStorage = ({ stderr }: RunResult): boolean =>
  stderr.includes('Migration without shared storage is unsafe');
