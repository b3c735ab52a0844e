import { z } from 'zod';

/** What the next start of a site goes on with. */
export const portsSchema = z.object({
  /** The time of the world when it was last seen: it never goes back. */
  clock: z.number(),
  /** By host, so that an address stays the same as long as nobody else has taken it. */
  hosts: z.record(z.string(), z.number().int()),
});
export type Ports = z.infer<typeof portsSchema>;
