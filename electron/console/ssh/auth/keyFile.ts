import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { errorCode } from '../errors.ts';

/** A private key file as far as it can be read without its passphrase. */
export type KeyFile =
  | { state: 'ready'; path: string; privateKey: ssh2.ParsedKey }
  /** `publicKey` is null for the old PEM format without a .pub file: only the passphrase tells which key it is. */
  | { state: 'encrypted'; path: string; data: Buffer; publicKey: ssh2.ParsedKey | null }
  | { state: 'unusable'; path: string; reason: string };

/** Null if there is no such file. */
export async function readKeyFile(path: string): Promise<KeyFile | null> {
  let data: Buffer;
  try {
    data = await readFile(path);
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return null;
    return { state: 'unusable', path, reason: thrown instanceof Error ? thrown.message : String(thrown) };
  }
  const parsed = parse(data);
  if (!(parsed instanceof Error)) {
    if (parsed.isPrivateKey()) return { state: 'ready', path, privateKey: parsed };
    return { state: 'unusable', path, reason: 'it is a public key, not a private one' };
  }
  if (!/no passphrase given/.test(parsed.message)) return { state: 'unusable', path, reason: parsed.message };
  return {
    state: 'encrypted',
    path,
    data,
    publicKey: embeddedPublicKey(data) ?? (await publicKeyBeside(path)),
  };
}

/** The decrypted key, or null if the passphrase is wrong. */
export function decryptKey(data: Buffer, passphrase: string): ssh2.ParsedKey | null {
  const parsed = parse(data, passphrase);
  return parsed instanceof Error ? null : parsed;
}

function parse(data: Buffer, passphrase?: string): ssh2.ParsedKey | Error {
  const parsed: unknown = ssh2.utils.parseKey(data, passphrase);
  if (parsed instanceof Error) return parsed;
  // OpenSSH's format yields an array, though it holds only one key (ssh2 keyParser.js).
  return (Array.isArray(parsed) ? parsed[0] : parsed) as ssh2.ParsedKey;
}

/** OpenSSH's own format holds the public key in clear before the encrypted part (PROTOCOL.key). */
export function embeddedPublicKey(data: Buffer): ssh2.ParsedKey | null {
  const match = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(
    data.toString('latin1'),
  );
  if (match?.[1] === undefined) return null;
  const blob = Buffer.from(match[1], 'base64');
  const magic = 'openssh-key-v1\0';
  if (blob.toString('latin1', 0, magic.length) !== magic) return null;
  let position = magic.length;
  const field = (): Buffer | null => {
    if (position + 4 > blob.length) return null;
    const end = position + 4 + blob.readUInt32BE(position);
    const value = end <= blob.length ? blob.subarray(position + 4, end) : null;
    position = end;
    return value;
  };
  for (const _ of ['cipher', 'key derivation', 'its options']) if (field() === null) return null;
  position += 4; // number of keys, always 1
  const key = field();
  const parsed = key === null ? null : ssh2.utils.parseKey(key);
  return parsed === null || parsed instanceof Error ? null : parsed;
}

async function publicKeyBeside(path: string): Promise<ssh2.ParsedKey | null> {
  try {
    const parsed = parse(await readFile(`${path}.pub`));
    return parsed instanceof Error ? null : parsed;
  } catch {
    return null; // a missing or unreadable .pub file only means that the passphrase has to be asked earlier
  }
}
