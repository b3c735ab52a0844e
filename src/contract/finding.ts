import { z } from 'zod';

/**
 * Something found out about a host, a VM or a cluster: a preflight result, a reason why a VM is unprotected, a
 * problem shown on the overview. `id` is stable (kebab-case) so that tests and the screen can branch on it.
 */
export const findingSchema = z.object({
  id: z.string(),
  severity: z.enum(['ok', 'info', 'warning', 'error']),
  /** Host name (node name or address) the finding is about; absent: the cluster as a whole. */
  host: z.string().optional(),
  /** What it is about: a device path, a VM name, a link number … */
  subject: z.string().optional(),
  title: z.string(),
  cause: z.string().optional(),
  remedy: z.string().optional(),
});

export type Finding = z.infer<typeof findingSchema>;

/** What is worse stands first. */
export const severityRank: Readonly<Record<Finding['severity'], number>> = {
  error: 0,
  warning: 1,
  info: 2,
  ok: 3,
};
