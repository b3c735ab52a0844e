import { join } from 'node:path';
import { z } from 'zod';
import { type Finding, findingSchema } from '../../contract/finding.ts';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { mkdir, readFile, rm } from '../files.ts';
import type { Host } from '../host.ts';

/** What a process of this host does for high availability right now, for the others that show it. Does not outlast a boot. */
export type ActivityKind = 'takeover' | 'rejoin';

const activitySchema = z.object({ running: z.array(z.string()), problems: z.array(findingSchema) });
export type Activity = z.infer<typeof activitySchema>;

const pathOf = (host: Host, kind: ActivityKind): string => join(host.paths.run, `activity-${kind}.json`);

export async function readActivity(host: Host, kind: ActivityKind): Promise<Activity> {
  try {
    const parsed = activitySchema.safeParse(JSON.parse(await readFile(pathOf(host, kind), 'utf8')));
    return parsed.data ?? { running: [], problems: [] };
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') {
      return { running: [], problems: [] };
    }
    throw error;
  }
}

/** Writes only what changed. Never rejects: showing it must hold up nothing. */
export function activityWriter(
  host: Host,
  kind: ActivityKind,
): (running: readonly string[], problems: readonly Finding[]) => Promise<void> {
  let last = '';
  return async (running, problems) => {
    const text = JSON.stringify({ running, problems });
    if (text === last) return;
    last = text;
    const path = pathOf(host, kind);
    try {
      if (running.length === 0 && problems.length === 0) {
        await rm(path, { force: true });
        return;
      }
      await mkdir(host.paths.run, { recursive: true, mode: 0o755 });
      await writeAtomically(path, `${path}.new`, Buffer.from(`${text}\n`));
    } catch (error) {
      host.log.warn({ error }, 'what goes on could not be shown');
    }
  };
}
