import { readFile, stat } from 'node:fs/promises';
import SSHConfig from 'ssh-config';
import { MinimeError } from '../../../../src/contract/errors.ts';
import { errorCode } from '../errors.ts';

/**
 * Parses one ssh_config file, or returns null if there is none. Rejects with `invalid-input`, naming file and line, for what
 * ssh would stop at too. `own`: also for a file that others could have changed, as ssh does for ~/.ssh/config.
 */
export async function readConfigFile(file: string, options: { own: boolean }): Promise<SSHConfig | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
    if (options.own) await checkOwner(file);
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return null;
    if (thrown instanceof MinimeError) throw thrown;
    const cause = thrown instanceof Error ? thrown.message : String(thrown);
    throw new MinimeError({ kind: 'invalid-input', message: `${file} cannot be read.`, cause });
  }
  return parseConfig(text, file);
}

/** Throws `invalid-input` naming the line; the library itself tells no position. */
export function parseConfig(text: string, file: string): SSHConfig {
  text.split(/\r?\n/).forEach((line, index) => {
    const problem = problemOf(line);
    if (problem !== null) throw broken(file, index + 1, problem);
  });
  return SSHConfig.parse(text);
}

function problemOf(line: string): string | null {
  const trimmed = line.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return null;
  const [, keyword, value] = /^([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*|\s+)(\S.*)$/.exec(trimmed) ?? [];
  if (keyword === undefined || value === undefined) return 'it is not a keyword followed by a value';
  if (/^port$/i.test(keyword)) {
    const port = Number(/^"?(\d+)"?\s*(#.*)?$/.exec(value)?.[1]);
    if (!(port >= 1 && port <= 65535)) return `"${value}" is not a port number`;
  }
  try {
    SSHConfig.parse(trimmed);
    return null;
  } catch (error) {
    return error instanceof Error && /Missing value/.test(error.message)
      ? error.message
      : 'a quotation mark is not closed';
  }
}

async function checkOwner(file: string): Promise<void> {
  const self = process.getuid?.();
  if (self === undefined) return; // Windows
  const { uid, mode } = await stat(file);
  if ((uid === self || uid === 0) && (mode & 0o022) === 0) return;
  throw new MinimeError({
    kind: 'invalid-input',
    message: `${file} is not used because others can change it.`,
    cause:
      'It belongs to another user, or its permissions let group or others write to it; ssh refuses it too.',
    remedy: `Make it yours alone: chmod 600 '${file}'`,
  });
}

function broken(file: string, line: number, problem: string): MinimeError {
  return new MinimeError({
    kind: 'invalid-input',
    message: `${file}, line ${line}, is not valid SSH configuration: ${problem}.`,
    remedy: 'Correct the line; `ssh -G HOST` shows how ssh understands the file.',
  });
}
