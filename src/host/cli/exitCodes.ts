import type { ErrorKind } from '../../contract/errors.ts';

/** What the exit code of `vmcl` means. Scripts and the resource agent may branch on it. */
export const exitCodes = {
  done: 0,
  /** A defect, or a tool that failed. */
  failed: 1,
  /** Wrong arguments, or a configuration that makes no sense. */
  usage: 2,
  /** What was asked for is not there: no cluster, no such quorum disk, not mounted. */
  notFound: 3,
  /** Refused, because it would do damage: the disk is another's, or in use. */
  refused: 4,
  storage: 5,
  /** Done except for what the problems say. */
  partly: 6,
  /** No answer in time, or another process in the way. */
  busy: 7,
} as const;

export function exitCodeOf(kind: ErrorKind): number {
  switch (kind) {
    case 'invalid-input':
    case 'protocol-mismatch':
      return exitCodes.usage;
    case 'not-found':
      return exitCodes.notFound;
    case 'conflict':
    case 'not-permitted':
      return exitCodes.refused;
    case 'storage':
      return exitCodes.storage;
    case 'busy':
    case 'timeout':
      return exitCodes.busy;
    case 'unreachable':
    case 'auth-failed':
    case 'host-key-unknown':
    case 'host-key-changed':
    case 'cancelled':
    case 'unsupported':
    case 'tool-failed':
    case 'internal':
      return exitCodes.failed;
  }
}
