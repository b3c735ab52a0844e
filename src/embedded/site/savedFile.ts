import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { MinimeError } from '../../contract/errors.ts';
import { writeAtomically } from '../../host/definitions/atomicFile.ts';

/** A JSON file that belongs to the site: the old content or the new one, whatever happens. */
export class SavedFile<T> {
  readonly #path: string;
  readonly #schema: z.ZodType<T>;
  #last: Promise<void> = Promise.resolve();
  #written = '';

  constructor(path: string, schema: z.ZodType<T>) {
    this.#path = path;
    this.#schema = schema;
  }

  /** Undefined: there is none. Rejects with `storage` if it cannot be understood. */
  read(): Promise<T | undefined> {
    return readSaved(this.#path, this.#schema);
  }

  /** In the order in which it is asked for; what is there already is not written again. */
  write(value: T): Promise<void> {
    const text = `${JSON.stringify(value)}\n`;
    this.#last = this.#last
      .catch(() => undefined)
      .then(async () => {
        if (text === this.#written) return;
        await writeAtomically(this.#path, `${this.#path}.new`, Buffer.from(text));
        this.#written = text;
      });
    return this.#last;
  }
}

async function readSaved<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new MinimeError(
      {
        kind: 'storage',
        message: 'The embedded cluster cannot be read any more.',
        cause: `${path} is damaged, or was written by a newer Minime.`,
        remedy: 'Remove the embedded cluster and start a new one; nothing else depends on it.',
        details: String(error),
      },
      { cause: error },
    );
  }
}
