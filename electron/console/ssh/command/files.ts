import { MinimeError } from '../../../../src/contract/errors.ts';
import type { RawResult } from './execute.ts';

/** Exit codes of the scripts below, chosen apart from those of the shell and coreutils. */
const EXIT = { absent: 71, notAFile: 72, failed: 73, truncated: 74 };

/**
 * $1 path, $2 mode, $3 size in bytes. The size is checked before the rename because a connection that breaks looks like
 * the end of the content. `sync FILE` is fsync since coreutils 8.24; before, it syncs everything.
 */
const WRITE_SCRIPT = `
umask 077
folder=$(dirname -- "$1")
temporary=$(mktemp -- "$1.minime-XXXXXXXX") || exit ${EXIT.failed}
trap 'rm -f -- "$temporary"' EXIT
trap 'exit ${EXIT.failed}' HUP INT TERM
cat >"$temporary" || exit ${EXIT.failed}
[ "$(wc -c <"$temporary")" -eq "$3" ] || exit ${EXIT.truncated}
chown 0:0 -- "$temporary" && chmod -- "$2" "$temporary" && sync -- "$temporary" || exit ${EXIT.failed}
mv -fT -- "$temporary" "$1" || exit ${EXIT.failed}
sync -- "$folder"
`;

/** $1 path, $2 most bytes to print. */
const READ_SCRIPT = `
[ -e "$1" ] || [ -L "$1" ] || exit ${EXIT.absent}
[ -f "$1" ] || exit ${EXIT.notAFile}
head -c "$2" -- "$1" || exit ${EXIT.failed}
`;

export function writeCommand(path: string, mode: string, size: number): string[] {
  checkPath(path);
  if (!/^0?[0-7]{3}$/.test(mode)) {
    throw new MinimeError({ kind: 'invalid-input', message: `"${mode}" is not a file mode such as 0644.` });
  }
  return ['/bin/sh', '-c', WRITE_SCRIPT, 'minime-write', path, mode, String(size)];
}

export function readCommand(path: string, maxBytes: number): string[] {
  checkPath(path);
  return ['/bin/sh', '-c', READ_SCRIPT, 'minime-read', path, String(maxBytes + 1)];
}

export function checkWritten(host: string, path: string, { code, stderr }: RawResult): void {
  if (code === 0) return;
  throw storage(
    host,
    `${path} could not be written on ${host}; it is as it was before.`,
    code === EXIT.truncated ? 'Not all of the content arrived.' : firstLine(stderr),
    'Check the free space and the state of that file system on the host (df, mount), then try again.',
  );
}

export function readResult(host: string, path: string, maxBytes: number, result: RawResult): Buffer | null {
  if (result.code === EXIT.absent) return null;
  if (result.code === EXIT.notAFile) {
    throw new MinimeError({
      kind: 'invalid-input',
      host,
      message: `${path} on ${host} is not a regular file.`,
    });
  }
  if (result.code !== 0) {
    const remedy = 'Check the state of that file system on the host (mount, dmesg).';
    throw storage(host, `${path} could not be read on ${host}.`, firstLine(result.stderr), remedy);
  }
  if (result.stdout.length > maxBytes) {
    throw new MinimeError({
      kind: 'tool-failed',
      host,
      message: `${path} on ${host} is larger than the ${maxBytes} bytes it may have.`,
      remedy: 'Look at the file on the host: it is not what it should be.',
    });
  }
  return result.stdout;
}

function checkPath(path: string): void {
  if (path.startsWith('/') && !path.endsWith('/') && !path.includes('\0')) return;
  throw new MinimeError({ kind: 'invalid-input', message: `"${path}" is not the absolute path of a file.` });
}

function firstLine(stderr: Buffer): string {
  return stderr.toString('utf8').trim().split('\n')[0] ?? '';
}

function storage(host: string, message: string, cause: string, remedy: string): MinimeError {
  return new MinimeError({ kind: 'storage', host, message, ...(cause === '' ? {} : { cause }), remedy });
}
