import { readFile } from 'node:fs/promises';
import { MinimeError } from '../contract/errors.ts';
import { type HostConfig, hostConfigSchema, hostPaths } from '../contract/manifest.ts';

/** Undefined: this host belongs to no cluster of Minime. Rejects with `invalid-input` if the file makes no sense. */
export async function readHostConfig(path: string = hostPaths.hostConfig): Promise<HostConfig | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return hostConfigSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new MinimeError(
      {
        kind: 'invalid-input',
        message: `${path} cannot be understood.`,
        cause: 'It was changed by hand or by a newer Minime.',
        remedy: 'Deploy again from the console; what is right already stays as it is.',
        details: String(error),
      },
      { cause: error },
    );
  }
}

/** The key of the HMAC over every definition. Rejects with `not-found` or `invalid-input`; never shows the key. */
export async function readClusterKey(path: string = hostPaths.clusterKey): Promise<Buffer> {
  const remedy = 'Deploy again from the console: it gives the key to every host.';
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new MinimeError(
      { kind: 'not-found', message: `${path} cannot be read.`, remedy },
      { cause: error },
    );
  }
  if (!/^[0-9a-f]{64}$/i.test(text.trim())) {
    throw new MinimeError({
      kind: 'invalid-input',
      message: `${path} does not hold a key of 32 bytes.`,
      remedy,
    });
  }
  return Buffer.from(text.trim(), 'hex');
}
