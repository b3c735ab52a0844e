import { createHmac, timingSafeEqual } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { VmContent } from '../ports/hypervisor.ts';

/**
 * A definition as it lies on a quorum disk: one JSON document with an HMAC-SHA256 over everything else in it. Whoever
 * can write the shared storage but has not the cluster key can neither make one, nor change one, nor pass the
 * definition of one VM, host or cluster off as another's.
 *
 * The XML is `virsh dumpxml --inactive --security-info`: what `virsh define` takes on any host, with the passwords of
 * graphical consoles, which a definition without them would lose.
 */
const bodySchema = z.object({
  format: z.literal(1),
  clusterId: z.string(),
  /** Node name of the host whose VM it is. */
  host: z.string(),
  uuid: z.uuid(),
  name: z.string(),
  /** Unix milliseconds. */
  savedAt: z.number().int().nonnegative(),
  hash: z.string(),
  /** Bytes. */
  memory: z.number().int().nonnegative(),
  vcpus: z.number().int().positive(),
  autostart: z.boolean(),
  xml: z.string(),
  /** gzip, base64. */
  nvram: z.base64().nullable(),
  tpm: z.array(
    z.object({
      path: z.string().regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$)).+$/, 'a relative path without ".."'),
      data: z.base64(),
    }),
  ),
});
const fileSchema = bodySchema.extend({ hmac: z.string().regex(/^[0-9a-f]{64}$/) });

type Body = z.infer<typeof bodySchema>;

export interface Definition extends Omit<Body, 'format' | 'xml' | 'nvram' | 'tpm'> {
  content: VmContent;
}

export type Verdict =
  | { state: 'good'; definition: Definition }
  | { state: 'tampered' | 'unreadable'; cause: string };

/** More than any state file has unpacked: only what is signed is unpacked, so this is against our own mistakes. */
const maximumUnpacked = 80 * 1024 * 1024;

export function encodeDefinition(definition: Definition, key: Buffer): Buffer {
  const { content, ...rest } = definition;
  const body: Body = {
    format: 1,
    ...rest,
    xml: content.xml,
    nvram: content.nvram === undefined ? null : pack(content.nvram),
    tpm: content.tpm.map(({ path, bytes }) => ({ path, data: pack(bytes) })),
  };
  return Buffer.from(`${JSON.stringify({ ...body, hmac: sign(body, key).toString('hex') })}\n`);
}

/** Never throws: whatever the bytes are, they are a definition of ours or a reason why not. */
export function decodeDefinition(bytes: Buffer, key: Buffer): Verdict {
  const parsed = fileSchema.safeParse(parseJson(bytes));
  if (!parsed.success)
    return { state: 'unreadable', cause: 'It is cut short, or no definition of this version.' };
  const { hmac, ...body } = parsed.data;
  if (!timingSafeEqual(Buffer.from(hmac, 'hex'), sign(body, key))) {
    return { state: 'tampered', cause: 'Its signature was not made with the key of this cluster.' };
  }
  const { format: _, xml, nvram, tpm, ...rest } = body;
  try {
    const content: VmContent = {
      xml,
      tpm: tpm.map(({ path, data }) => ({ path, bytes: unpack(data) })),
      ...(nvram === null ? {} : { nvram: unpack(nvram) }),
    };
    return { state: 'good', definition: { ...rest, content } };
  } catch (error) {
    return { state: 'unreadable', cause: `Its NVRAM or TPM state cannot be unpacked: ${String(error)}` };
  }
}

const pack = (bytes: Buffer): string => gzipSync(bytes).toString('base64');
const unpack = (text: string): Buffer =>
  gunzipSync(Buffer.from(text, 'base64'), { maxOutputLength: maximumUnpacked });

const sign = (body: Body, key: Buffer): Buffer => createHmac('sha256', key).update(canonical(body)).digest();

/** The same value always gives the same text, in whatever order its keys were written. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
