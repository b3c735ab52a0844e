import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ZodType } from 'zod';
import { MinimeError } from '../../../src/contract/errors.ts';
import type { Finding } from '../../../src/contract/finding.ts';

/** A small JSON document of one process, 0600, validated when read and replaced atomically when written. */
export interface JsonFile<T> {
  /** Writes are carried out in the order they are asked for. Rejects with `storage`. */
  write(value: T): Promise<void>;
}

export interface OpenedJsonFile<T> {
  file: JsonFile<T>;
  value: T;
  /** Present if the file could not be understood; `value` is then the fallback. */
  notice?: Finding;
}

export interface JsonFileOptions<T> {
  schema: ZodType<T>;
  fallback: T;
  /** Leaves a damaged file where it is. */
  readOnly?: boolean;
  /** Unix milliseconds, names the copy of a damaged file. */
  now: number;
}

/** Reads the file or starts with the fallback. A damaged file is put aside, never overwritten. */
export async function openJsonFile<T>(path: string, options: JsonFileOptions<T>): Promise<OpenedJsonFile<T>> {
  const file = jsonFileAt<T>(path);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return { file, value: options.fallback };
    throw storageError(`${path} could not be read.`, error);
  }
  const problem = parse(text, options.schema);
  if ('value' in problem) return { file, value: problem.value };

  const aside = `${path}.damaged-${new Date(options.now).toISOString().replaceAll(':', '-')}`;
  if (options.readOnly !== true) {
    await rename(path, aside).catch((error: unknown) => {
      throw storageError(`The damaged file ${path} could not be put aside.`, error);
    });
  }
  return {
    file,
    value: options.fallback,
    notice: {
      id: 'file-damaged',
      severity: 'warning',
      subject: path,
      title: `The file ${basename(path)} was damaged and is not used.`,
      cause: problem.cause,
      remedy:
        options.readOnly === true
          ? `Repair ${path}, then start Minime again.`
          : `Minime started without it. The damaged file is kept as ${aside}; repair it and put it back, or set things up again.`,
    },
  };
}

function parse<T>(text: string, schema: ZodType<T>): { value: T } | { cause: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { cause: error instanceof Error ? error.message : String(error) };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { value: parsed.data };
  const issue = parsed.error.issues[0];
  return {
    cause: issue === undefined ? 'Its content is not valid.' : `${issue.path.join('.')}: ${issue.message}`,
  };
}

function jsonFileAt<T>(path: string): JsonFile<T> {
  let last: Promise<void> = Promise.resolve();
  return {
    write(value) {
      const text = `${JSON.stringify(value, null, 2)}\n`;
      const mine = last.then(() => replaceFile(path, text));
      // The next write goes ahead whatever became of this one, whose caller has been told.
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** Temporary file beside the target, fsync, rename, fsync of the folder: a crash leaves the old or the new content. */
async function replaceFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    // Why the write failed matters; that its remains cannot be removed either follows from it.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw storageError(`${path} could not be written.`, error);
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // Folders cannot be opened there.
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function storageError(message: string, error: unknown): MinimeError {
  return new MinimeError(
    {
      kind: 'storage',
      message,
      cause: error instanceof Error ? error.message : String(error),
      remedy: 'Check free space and permissions of the folder.',
    },
    { cause: error },
  );
}
