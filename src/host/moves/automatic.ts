import { join } from 'node:path';
import { z } from 'zod';
import type { TakeoverSettings } from '../../contract/policy.ts';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { mkdir, stat } from '../files.ts';
import { readIfThere } from '../filesIfThere.ts';
import { type Host, nodeNameOf } from '../host.ts';
import { parseJson } from '../json.ts';
import { readMaintenance } from '../policy/notes.ts';
import { policyOf, readPolicy } from '../policy/policy.ts';
import { hasFlag } from '../takeover/flags.ts';
import { diskOf } from '../takeover/freeze.ts';
import { type MovedVm, movedOrNone } from '../takeover/moved.ts';
import { bringVmsHome } from './calls.ts';
import { unfinished } from './handover.ts';
import { movesFolder } from './requests.ts';

/** A host that has just come back may go again. */
export const stableAfterMs = 5 * 60_000;
/** A VM that could not be brought home is not tried again and again. */
export const retryAfterMs = 60 * 60_000;

export interface FailbackView {
  failback: TakeoverSettings['failback'];
  now: number;
  /** When this host had rejoined in this boot; undefined: it has not yet. */
  rejoinedAt: number | undefined;
  /** It is in maintenance, or goes down. */
  leaving: boolean;
  moved: readonly MovedVm[];
  /** Unix milliseconds of the last try, by uuid. */
  tried: Readonly<Record<string, number>>;
}

/** The VMs that are to come home by themselves now. Pure. */
export function dueForFailback(view: FailbackView): string[] {
  const { failback, now, rejoinedAt, leaving, moved, tried } = view;
  if (failback !== 'automatic' || leaving || rejoinedAt === undefined) return [];
  if (now - rejoinedAt < stableAfterMs) return [];
  return moved
    .map(({ uuid }) => uuid)
    .filter((uuid) => now - (tried[uuid] ?? Number.NEGATIVE_INFINITY) >= retryAfterMs);
}

/** Looked at after each sync: what the policy has come home, and what an earlier move has left half done. */
export async function tendMoves(host: Host): Promise<void> {
  const self = await nodeNameOf(host);
  const disk = await diskOf(host, self);
  if (disk === undefined || !(await hasFlag(host, 'rejoined'))) return;
  const moved = await movedOrNone(disk);
  if (moved.length === 0) return;
  // Before the rejoin such copies are its own to clear away.
  if ((await unfinished(host)).length > 0) await host.movesService.start();
  const tried = await readTried(host);
  const now = host.clock.now();
  const due = dueForFailback({
    failback: policyOf(await readPolicy(host)).takeover.failback,
    now,
    rejoinedAt: await rejoinedAt(host),
    leaving: (await readMaintenance(host))[self] !== undefined || (await hasFlag(host, 'shutting-down')),
    moved,
    tried,
  });
  if (due.length === 0) return;
  await writeTried(host, { ...tried, ...Object.fromEntries(due.map((uuid) => [uuid, now])) });
  host.log.info({ vms: due }, 'VMs are to come home, as the policy says');
  await bringVmsHome(host, due);
}

async function rejoinedAt(host: Host): Promise<number | undefined> {
  try {
    return (await stat(join(host.paths.run, 'rejoined'))).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const triedSchema = z.record(z.string(), z.number());
const triedPath = (host: Host): string => join(movesFolder(host), 'failback-tried.json');

async function readTried(host: Host): Promise<Record<string, number>> {
  return triedSchema.safeParse(parseJson((await readIfThere(triedPath(host))) ?? '')).data ?? {};
}

async function writeTried(host: Host, tried: Record<string, number>): Promise<void> {
  await mkdir(movesFolder(host), { recursive: true, mode: 0o700 });
  await writeAtomically(triedPath(host), `${triedPath(host)}.new`, Buffer.from(JSON.stringify(tried)));
}
