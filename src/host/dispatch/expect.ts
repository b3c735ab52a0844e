import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { mkdir, rm } from '../files.ts';
import { namesIn, readIfThere } from '../filesIfThere.ts';
import type { Host } from '../host.ts';
import { parseJson } from '../json.ts';

/** A live migration that has not begun by then is not going to. */
const expectedForMs = 10 * 60_000;

const noteSchema = z.object({ uuid: z.uuid(), name: z.string(), until: z.number() });

const folderOf = (host: Host): string => join(host.paths.run, 'expect');

/** For the next minutes this host lets another move a VM here, and it alone. */
export async function expectVm(host: Host, vm: { uuid: string; name: string }): Promise<void> {
  await mkdir(folderOf(host), { recursive: true, mode: 0o700 });
  const path = join(folderOf(host), `${vm.uuid}.json`);
  const note = { ...vm, until: host.clock.now() + expectedForMs };
  await writeAtomically(path, `${path}.new`, Buffer.from(JSON.stringify(note)));
}

/** VMs that may be moved here now. Notes that have run out are removed. */
export async function expectedVms(host: Host): Promise<{ uuid: string; name: string }[]> {
  const found: { uuid: string; name: string }[] = [];
  for (const file of await namesIn(folderOf(host))) {
    const path = join(folderOf(host), file);
    const note = noteSchema.safeParse(parseJson((await readIfThere(path)) ?? '')).data;
    if (note !== undefined && note.until > host.clock.now()) found.push({ uuid: note.uuid, name: note.name });
    else if (note !== undefined) await rm(path, { force: true });
  }
  return found;
}

export async function forgetExpected(host: Host, uuid: string): Promise<void> {
  await rm(join(folderOf(host), `${uuid}.json`), { force: true });
}
