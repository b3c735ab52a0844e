import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { mkdir, readFile } from '../files.ts';
import type { VmUsage } from '../ports/hypervisor.ts';

/** CPU use is a difference, and every sync is a process of its own: what the last one read is kept in a file. */
const sampleSchema = z.object({
  /** Unix milliseconds. */
  at: z.number(),
  vms: z.record(
    z.string(),
    z.object({ cpuTimeNs: z.number(), memoryUsed: z.number(), cpuPercent: z.number().optional() }),
  ),
});
export type UsageSample = z.infer<typeof sampleSchema>;

/** A shorter time shows what a VM does this moment, not what it needs. */
const shortestMs = 5000;

/** The next sample; where too little time went by, the last percentages still stand. Percent of one core. */
export function nextSample(
  last: UsageSample | undefined,
  usage: readonly VmUsage[],
  now: number,
): UsageSample {
  const elapsedMs = last === undefined ? 0 : now - last.at;
  const young = last !== undefined && elapsedMs >= 0 && elapsedMs < shortestMs;
  const vms = usage.map(({ uuid, cpuTimeNs, memoryUsed }) => {
    const before = last?.vms[uuid];
    if (young && before !== undefined) return [uuid, { ...before, memoryUsed }] as const;
    const spent = before === undefined ? -1 : cpuTimeNs - before.cpuTimeNs;
    // A VM that was started again counts from zero.
    const cpuPercent = spent < 0 || elapsedMs <= 0 ? undefined : Math.round((spent / elapsedMs) * 1e-3) / 10;
    return [uuid, { cpuTimeNs, memoryUsed, ...(cpuPercent === undefined ? {} : { cpuPercent }) }] as const;
  });
  return { at: young ? last.at : now, vms: Object.fromEntries(vms) };
}

const pathOf = (stateFolder: string): string => join(stateFolder, 'usage.json');

/** Undefined: there is none that makes sense. */
export async function readSample(stateFolder: string): Promise<UsageSample | undefined> {
  try {
    return sampleSchema.safeParse(JSON.parse(await readFile(pathOf(stateFolder), 'utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function writeSample(stateFolder: string, sample: UsageSample): Promise<void> {
  await mkdir(stateFolder, { recursive: true, mode: 0o755 });
  const path = pathOf(stateFolder);
  await writeAtomically(path, `${path}.new`, Buffer.from(`${JSON.stringify(sample)}\n`));
}
