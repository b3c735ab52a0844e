import { join } from 'node:path';
import { z } from 'zod';
import { type StartOutcome, startOutcomeSchema } from '../../contract/dispatchProtocol.ts';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { mkdir, rm } from '../files.ts';
import { namesIn, readIfThere } from '../filesIfThere.ts';
import type { Host } from '../host.ts';
import { parseJson } from '../json.ts';

/** How long the figures of a host may not show yet what a VM takes that was just started. */
const freshMs = 15_000;
/** A note older than any start that anybody waits for was left by a process that died. */
const staleMs = 2 * 3600_000;

const noteSchema = z.object({
  uuid: z.uuid(),
  name: z.string(),
  memory: z.number().int().nonnegative(),
  vcpus: z.number().int().positive(),
  /** Unix milliseconds. */
  since: z.number(),
  /** When the start ended; absent: it goes on. */
  endedAt: z.number().optional(),
  /** What came of it, if it does not run. */
  gaveUp: startOutcomeSchema.optional(),
});
export type StartingVm = z.infer<typeof noteSchema>;

const folderOf = (host: Host): string => join(host.paths.run, 'starting');
const pathOf = (host: Host, uuid: string): string => join(folderOf(host), `${uuid}.json`);

/** Notes for every other process of this host, which surveys it, that a VM is being started. */
export async function noteStarting(host: Host, vm: StartingVm): Promise<void> {
  await mkdir(folderOf(host), { recursive: true, mode: 0o755 });
  const path = pathOf(host, vm.uuid);
  await writeAtomically(path, `${path}.new`, Buffer.from(JSON.stringify(vm)));
}

export async function forgetStarting(host: Host, uuid: string): Promise<void> {
  await rm(pathOf(host, uuid), { force: true });
}

async function readNote(host: Host, path: string): Promise<StartingVm | undefined> {
  return noteSchema.safeParse(parseJson((await readIfThere(path)) ?? '')).data;
}

/** What came of a start of this VM that ended without success since then, by whatever process. */
export async function gaveUpSince(
  host: Host,
  uuid: string,
  since: number,
): Promise<StartOutcome | undefined> {
  const { endedAt = 0, gaveUp } = (await readNote(host, pathOf(host, uuid))) ?? {};
  return endedAt > since ? gaveUp : undefined;
}

/** VMs whose start goes on, or has led to something just now. Old notes are removed. */
export async function startingVms(host: Host): Promise<StartingVm[]> {
  const found: StartingVm[] = [];
  for (const name of await namesIn(folderOf(host))) {
    if (!name.endsWith('.json')) continue;
    const note = await readNote(host, join(folderOf(host), name));
    if (note === undefined) continue;
    const now = host.clock.now();
    const over = note.endedAt === undefined ? now - note.since > staleMs : now - note.endedAt > freshMs;
    if (over) await forgetStarting(host, note.uuid);
    else if (note.gaveUp === undefined) found.push(note);
  }
  return found;
}
