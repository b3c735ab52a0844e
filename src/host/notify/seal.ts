import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** A key of its own, so that what is sealed and what is signed cannot be taken for each other. */
const keyFrom = (clusterKey: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', clusterKey, Buffer.alloc(0), 'minime notifications 1', 32));

/** Whoever reads the CIB but has not the cluster key learns nothing of `text`, and cannot put another one in its place. */
export function seal(text: string, clusterKey: Buffer): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, keyFrom(clusterKey), nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
}

/** Undefined for what was not sealed with this key. */
export function unseal(sealed: string, clusterKey: Buffer): string | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < nonceBytes + tagBytes) return undefined;
  const decipher = createDecipheriv(algorithm, keyFrom(clusterKey), bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
    return text.toString('utf8');
  } catch {
    // Its tag does not fit: another key, or changed.
    return undefined;
  }
}
