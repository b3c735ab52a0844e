import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { mkdir } from '../files.ts';
import { readIfThere } from '../filesIfThere.ts';
import type { Host } from '../host.ts';
import { parseJson } from '../json.ts';
import type { CpuTicks } from '../ports/machine.ts';
import { cpuPercent } from './proc.ts';

/**
 * CPU use of the last while. A takeover that places VMs by the use of one moment takes a host for full that only starts something;
 * and every program here is a process of its own. So sync, which comes by every two minutes and on every change, leaves readings
 * behind, in a folder that a reboot empties.
 */
const samplesSchema = z.array(z.object({ at: z.number(), busy: z.number(), total: z.number() }));
type Samples = z.infer<typeof samplesSchema>;

/** A shorter time shows a moment, a longer one the past. */
const shortestMs = 15_000;
const longestMs = 150_000;

const pathOf = (host: Host): string => join(host.paths.run, 'cpu.json');

async function samplesOf(host: Host): Promise<Samples> {
  const text = await readIfThere(pathOf(host));
  return samplesSchema.safeParse(parseJson(text ?? '')).data ?? [];
}

export async function noteCpu(host: Host): Promise<void> {
  const now = host.clock.now();
  const known = (await samplesOf(host)).filter(({ at }) => at <= now && now - at <= longestMs);
  const last = known.at(-1);
  if (last !== undefined && now - last.at < shortestMs) return;
  const { busy, total } = await host.machine.cpu();
  await mkdir(host.paths.run, { recursive: true, mode: 0o755 });
  const path = pathOf(host);
  await writeAtomically(
    path,
    `${path}.new`,
    Buffer.from(JSON.stringify([...known, { at: now, busy, total }])),
  );
}

/** Percent of all cores since the latest reading that is old enough; undefined: there is none that makes sense. */
export async function recentCpuPercent(host: Host, cpu: CpuTicks): Promise<number | undefined> {
  const now = host.clock.now();
  const sample = (await samplesOf(host)).findLast(
    ({ at, total }) => now - at >= shortestMs && now - at <= longestMs && total < cpu.total,
  );
  return sample === undefined ? undefined : cpuPercent(sample, cpu);
}
