import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { writeAtomically } from '../../host/definitions/atomicFile.ts';

/** The key pair of an embedded host, made when it is first needed. `public` as in authorized_keys and known_hosts. */
export async function hostKeyOf(folder: string, host: string): Promise<{ private: string; public: string }> {
  const file = join(folder, host);
  try {
    const [privateKey, publicKey] = await Promise.all([
      readFile(file, 'utf8'),
      readFile(`${file}.pub`, 'utf8'),
    ]);
    return { private: privateKey, public: publicKey.trim() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  // Of the ed25519 keys that ssh2 makes it cannot read one in 200 itself (mscdex/ssh2#1513).
  const made = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256, comment: host });
  await writeAtomically(`${file}.pub`, `${file}.pub.new`, Buffer.from(`${made.public}\n`));
  // Last: without it the pair is made anew.
  await writeAtomically(file, `${file}.new`, Buffer.from(made.private));
  return made;
}
