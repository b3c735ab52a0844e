import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MinimeError } from '../../../../src/contract/errors.ts';
import { errorCode } from '../errors.ts';
import {
  hashName,
  type IgnoredLine,
  type KnownHost,
  knownHostName,
  parseKnownHosts,
  typeOfKey,
} from './parse.ts';

/** Reads all files; one that does not exist holds nothing. Rejects with `storage` for one that cannot be read. */
export async function readKnownHosts(
  files: readonly string[],
): Promise<{ entries: KnownHost[]; ignored: IgnoredLine[] }> {
  const parts = await Promise.all(
    files.map(async (file) => parseKnownHosts(await readIfPresent(file), file)),
  );
  return { entries: parts.flatMap((part) => part.entries), ignored: parts.flatMap((part) => part.ignored) };
}

async function readIfPresent(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return '';
    throw storage(`${file} cannot be read.`, thrown);
  }
}

/** Appends wait for each other: of two in one process, the second sees the line end the first has left. */
let appending: Promise<unknown> = Promise.resolve();

/**
 * Adds a host key with one O_APPEND write, which other writers (ssh itself) cannot tear apart. A new file and folder are
 * private to the user. Rejects with `storage`.
 */
export function appendKnownHost(
  file: string,
  host: { name: string; port: number },
  key: Buffer,
  options: { hashed: boolean },
): Promise<void> {
  const name = knownHostName(host.name, host.port);
  const salt = randomBytes(20);
  const written = options.hashed ? `|1|${salt.toString('base64')}|${hashName(name, salt)}` : name;
  const line = `${written} ${typeOfKey(key)} ${key.toString('base64')}\n`;
  const appended = appending.then(() => appendLine(file, line));
  appending = appended.catch(() => undefined); // the caller gets the error; the next append starts afresh
  return appended;
}

async function appendLine(file: string, line: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(file, 'a+', 0o600);
    try {
      const { size } = await handle.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await handle.read(last, 0, 1, size - 1);
      await handle.appendFile(size > 0 && last[0] !== 0x0a ? `\n${line}` : line);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    throw storage(`The host key cannot be written to ${file}.`, thrown);
  }
}

function storage(message: string, thrown: unknown): MinimeError {
  return new MinimeError(
    {
      kind: 'storage',
      message,
      cause: thrown instanceof Error ? thrown.message : String(thrown),
      remedy: 'Check the permissions of the file and its folder and the space on their disk.',
    },
    { cause: thrown },
  );
}
