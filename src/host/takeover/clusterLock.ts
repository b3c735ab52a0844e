import { z } from 'zod';
import type { Clock } from '../ports/clock.ts';
import type { ClusterEngine } from '../ports/clusterEngine.ts';
import { pause } from './patience.ts';

const documentName = 'takeover-lock';
const lockSchema = z.object({
  owner: z.string(),
  id: z.string(),
  homes: z.array(z.string()),
  at: z.number(),
});
type LockText = z.infer<typeof lockSchema>;
const retryMs = 1000;

type Engine = Pick<ClusterEngine, 'state' | 'documents' | 'createDocument' | 'removeDocument'>;

export interface ClusterLockOptions {
  engine: Engine;
  clock: Clock;
  signal: AbortSignal;
  /** Told who is waited for; undefined: nobody any more. */
  onWait: (owner: string | undefined) => void;
}

/**
 * One takeover plans at a time in the whole cluster, so that two owners do not give the same memory away. Resolves when this host
 * has the lock, with a function that gives it back; undefined if it was aborted before.
 *
 * The lock is void if it is this host's own (only one process of a host cares for takeovers), if its owner is no member any more,
 * if its owner holds none of the quorum disks it was taken for, and if it makes no sense.
 */
export async function takeClusterLock(
  mine: Omit<LockText, 'at'>,
  { engine, clock, signal, onWait }: ClusterLockOptions,
): Promise<(() => Promise<void>) | undefined> {
  const text = JSON.stringify({ ...mine, at: clock.now() } satisfies LockText);
  while (!signal.aborted) {
    if (await engine.createDocument(documentName, text)) {
      onWait(undefined);
      return () => engine.removeDocument(documentName, text);
    }
    const held = (await engine.documents(documentName)).get(documentName);
    if (held === undefined) continue;
    const holder = parse(held);
    if (holder === undefined || holder.owner === mine.owner || (await isVoid(engine, holder))) {
      await engine.removeDocument(documentName, held);
      continue;
    }
    onWait(holder.owner);
    await pause(clock, retryMs, { signal });
  }
  return undefined;
}

async function isVoid(engine: Engine, { owner, homes }: LockText): Promise<boolean> {
  const { members, quorumDisks } = await engine.state();
  const member = members.find(({ name }) => name === owner);
  if (member?.online !== true) return true;
  // Where the engine cannot say where a disk is, its owner may well have it.
  const elsewhere = (home: string): boolean => {
    const disk = quorumDisks.find((one) => one.home === home);
    return disk?.state === 'mounted' && disk.mountedOn !== owner;
  };
  return homes.every(elsewhere);
}

function parse(text: string): LockText | undefined {
  try {
    return lockSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
