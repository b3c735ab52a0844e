import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { mkdir, rm } from '../files.ts';
import { namesIn, readIfThere } from '../filesIfThere.ts';
import type { Host } from '../host.ts';
import { parseJson } from '../json.ts';

/**
 * What this host is asked to move, one file each, until it is done. They are lost at boot, as they should be: a host that comes up
 * runs nothing to move.
 *
 * `evacuate`: every VM that runs here, wherever the planner puts it. `vm`: one VM, to one host.
 */
const requestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('evacuate'), reason: z.enum(['maintenance', 'shutdown']) }),
  z.object({ kind: z.literal('vm'), uuid: z.uuid(), to: z.string(), reason: z.literal('failback') }),
]);
export type MoveRequest = z.infer<typeof requestSchema>;

export const movesFolder = (host: Host): string => join(host.paths.run, 'moves');
const requestFolder = (host: Host): string => join(movesFolder(host), 'requests');
const fileOf = (host: Host, request: MoveRequest): string =>
  join(requestFolder(host), request.kind === 'evacuate' ? 'evacuate' : request.uuid);

/** A later request for the same replaces the one before. */
export async function addRequest(host: Host, request: MoveRequest): Promise<void> {
  await mkdir(requestFolder(host), { recursive: true, mode: 0o700 });
  // Several are asked for at the same time, by one process or many.
  const temporary = join(movesFolder(host), `request-${randomUUID()}.new`);
  await writeAtomically(fileOf(host, request), temporary, Buffer.from(`${JSON.stringify(request)}\n`));
}

/** What cannot be understood is no request. */
export async function readRequests(host: Host): Promise<MoveRequest[]> {
  const requests: MoveRequest[] = [];
  for (const name of await namesIn(requestFolder(host))) {
    const text = (await readIfThere(join(requestFolder(host), name))) ?? '';
    const request = requestSchema.safeParse(parseJson(text)).data;
    if (request !== undefined) requests.push(request);
  }
  return requests;
}

export async function dropRequest(host: Host, request: MoveRequest): Promise<void> {
  await rm(fileOf(host, request), { force: true });
}
