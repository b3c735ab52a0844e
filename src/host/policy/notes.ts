import { z } from 'zod';
import { type Fencing, fencingSchema } from '../../contract/clusterState.ts';
import { type PolicySection } from '../../contract/hostState.ts';
import type { Host } from '../host.ts';
import { parseJson } from '../json.ts';

/** Small facts about the cluster that all its hosts have to know, kept beside the policy. */
const maintenancePrefix = 'maintenance-';
const fenceTestedName = 'fence-tested';

const epochMs = z.number().int().nonnegative();
const maintenanceSchema = z.object({ since: epochMs });
const fenceTestedSchema = z.object({
  at: epochMs,
  target: z.string(),
  /** Absent in notes of older versions. */
  method: fencingSchema.shape.method.optional(),
});

/** Hosts in maintenance, by name. A document that makes no sense still says that its host is. */
export async function readMaintenance(host: Host): Promise<PolicySection['maintenance']> {
  const documents = await host.engine.documents(maintenancePrefix);
  return Object.fromEntries(
    [...documents].map(([name, text]) => [
      name.slice(maintenancePrefix.length),
      maintenanceSchema.safeParse(parseJson(text)).data ?? { since: 0 },
    ]),
  );
}

/** Takes a host out of planning; does nothing if it is already. */
export async function enterMaintenance(host: Host, name: string): Promise<void> {
  const text = JSON.stringify({ since: host.clock.now() });
  await host.engine.createDocument(`${maintenancePrefix}${name}`, text);
}

export async function leaveMaintenance(host: Host, name: string): Promise<void> {
  await host.engine.removeDocument(`${maintenancePrefix}${name}`);
}

export async function readFenceTested(host: Host): Promise<PolicySection['fenceTested']> {
  const text = (await host.engine.documents(fenceTestedName)).get(fenceTestedName);
  return text === undefined ? undefined : fenceTestedSchema.safeParse(parseJson(text)).data;
}

/** Notes that fencing was tried on purpose and worked. Two tests at once are one test. */
export async function noteFenceTest(host: Host, target: string, method: Fencing['method']): Promise<void> {
  const text = JSON.stringify({ at: host.clock.now(), target, method });
  await host.engine.removeDocument(fenceTestedName);
  await host.engine.createDocument(fenceTestedName, text);
}
