import { z } from 'zod';
import type { MmpBlock } from './superblock.ts';

/**
 * Which host has the disk mounted, in a file of one block that never moves: rewritten in place and flushed at every
 * mount, so that `debugfs` reads it off a disk that nobody could mount yet.
 */
export const holderSchema = z.object({
  format: z.literal(1),
  node: z.string(),
  /** What multi-mount protection called the holder. It has to be the same still, else somebody else came after. */
  mmpHostname: z.string(),
  /** Unix milliseconds. */
  mountedAt: z.number(),
});
export type Holder = z.infer<typeof holderSchema>;

export const holderBytes = 1024;

export function formatHolder(holder: Holder): Buffer {
  return Buffer.from(`${JSON.stringify(holder).padEnd(holderBytes - 1, ' ')}\n`);
}

/** Undefined if it is none, or multi-mount protection has seen another since. */
export function parseHolder(text: string, mmp: MmpBlock | undefined): Holder | undefined {
  const holder = holderSchema.safeParse(parseJson(text));
  return holder.success && holder.data.mmpHostname === mmp?.hostname ? holder.data : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
