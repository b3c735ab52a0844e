import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { canonical } from '../definitions/format.ts';

/** What a signed text is: one cannot be passed off as another. */
export type SealedKind = 'run-record' | 'moved' | 'journal';

export type Opened = { state: 'good'; body: unknown } | { state: 'tampered' | 'unreadable'; cause: string };

const sealedSchema = z.object({ body: z.unknown(), hmac: z.string().regex(/^[0-9a-f]{64}$/) });

/** One line of JSON with an HMAC-SHA256 made with the cluster key over the kind and everything in it. */
export function seal(kind: SealedKind, body: object, key: Buffer): string {
  // What JSON leaves out must not be signed either.
  const plain: unknown = JSON.parse(JSON.stringify(body));
  return JSON.stringify({ body: plain, hmac: sign(kind, plain, key).toString('hex') });
}

/** Never throws. `unreadable`: not of this form, as a line that was cut short. */
export function unseal(kind: SealedKind, text: string, key: Buffer): Opened {
  const parsed = sealedSchema.safeParse(parseJson(text));
  if (!parsed.success) return { state: 'unreadable', cause: 'It is cut short, or was not written by vmcl.' };
  const { body, hmac } = parsed.data;
  if (!timingSafeEqual(Buffer.from(hmac, 'hex'), sign(kind, body, key))) {
    return { state: 'tampered', cause: 'Its signature was not made with the key of this cluster.' };
  }
  return { state: 'good', body };
}

const sign = (kind: SealedKind, body: unknown, key: Buffer): Buffer =>
  createHmac('sha256', key).update(canonical({ kind, body })).digest();

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
