import { z } from 'zod';
import { type DeploymentSpec, deploymentSpecSchema } from '../../../src/contract/deployment.ts';
import { hostPaths } from '../../../src/contract/manifest.ts';

/** What was chosen at deployment, 0600 on every host: adding and removing hosts starts from it. May hold agent passwords. */
export const recordPath = `${hostPaths.config}/deployment.json`;

export const deploymentRecordSchema = z.object({
  format: z.literal(1),
  clusterId: z.string(),
  /** Corosync's node ids by node name; an id is never given to another host. */
  nodeIds: z.record(z.string(), z.number().int().positive()),
  spec: deploymentSpecSchema,
});
export type DeploymentRecord = z.infer<typeof deploymentRecordSchema>;

export function formatRecord(record: DeploymentRecord): string {
  return `${JSON.stringify({ ...record, spec: withoutInventory(record.spec) }, null, 2)}\n`;
}

/** Inventory ids mean something only to the console that gave them. */
function withoutInventory(spec: DeploymentSpec): DeploymentSpec {
  return { ...spec, hosts: spec.hosts.map((host) => ({ ...host, hostId: '' })) };
}

/**
 * Keeps the ids of hosts that have one; new hosts get numbers above all that are in use, so that a host added after
 * another was removed is never taken for it.
 */
export function assignNodeIds(
  names: readonly string[],
  known: Readonly<Record<string, number>>,
): Record<string, number> {
  let last = Math.max(0, ...Object.values(known));
  return Object.fromEntries(
    names.map((name) => {
      const id = known[name] ?? ++last;
      return [name, id];
    }),
  );
}
