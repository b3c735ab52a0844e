import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MinimeError } from '../../src/contract/errors.ts';

/**
 * Where Electron keeps what is its own (profile, caches, window state, ciphertexts), inside Minime's data folder so
 * that MINIME_DATA moves all of it. Electron takes only a folder that is there. Throws `storage`.
 */
export function makeShellFolder(dataFolder: string): string {
  const folder = join(dataFolder, 'electron');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch (error) {
    throw new MinimeError(
      {
        kind: 'storage',
        message: `Minime cannot use its data folder ${dataFolder}.`,
        cause: error instanceof Error ? error.message : String(error),
        remedy: 'Check that the folder is yours and can be written, or choose another one with MINIME_DATA.',
      },
      { cause: error },
    );
  }
}
