import { createHash } from 'node:crypto';
import { z } from 'zod';

const gib = 1024 ** 3;
const name = z.string().regex(/^[a-z0-9-]+$/);

/** What an embedded cluster is made of. Memory in GiB, CPU in percent: of one core for VMs, of all cores for hosts. */
export const clusterDescriptionSchema = z.object({
  name: z.string().default('embedded'),
  /** Decides how load moves. */
  seed: z.number().int().default(1),
  /** Its hosts come without high availability: deployment puts it there. */
  bare: z.boolean().default(false),
  /** In the order in which Pacemaker prefers them. */
  hosts: z.array(
    z.object({
      name,
      memory: z.number().positive().default(16),
      cores: z.number().int().positive().default(8),
      cpu: z.number().nonnegative().default(5),
    }),
  ),
  vms: z.array(
    z.object({
      name,
      host: name,
      memory: z.number().positive().default(1),
      vcpus: z.number().int().positive().default(1),
      cpu: z.number().nonnegative().default(10),
      /** Seconds until the guest agent answers; null: there is none. */
      agent: z.number().nonnegative().nullable().default(null),
      autostart: z.boolean().default(false),
      running: z.boolean().default(true),
    }),
  ),
});
export type ClusterDescription = z.infer<typeof clusterDescriptionSchema>;

export const bytesOf = (gibibytes: number): number => Math.round(gibibytes * gib);

/** The same name always gives the same one. */
export function uuidOf(vm: string): string {
  const hex = createHash('sha256').update(vm).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
