import { z } from 'zod';
import { errorInfoSchema } from './errors.ts';
import { findingSchema } from './finding.ts';

/**
 * Something long that the core does for the admin. It goes on when the renderer is reloaded; the renderer gets all
 * running and recent operations with the snapshot.
 */
export const operationKinds = [
  'preflight',
  'plan',
  'deploy',
  'verify',
  'fence-test',
  'remove-cluster',
  'add-host',
  'remove-host',
  'update-host-program',
  'sync',
  'drill',
] as const;

export const operationStepSchema = z.object({
  id: z.string(),
  /** Node name or address; null for a step that concerns the cluster as a whole. */
  host: z.string().nullable(),
  title: z.string(),
  /** `unchanged`: found to be right already, nothing done. */
  state: z.enum(['waiting', 'running', 'done', 'unchanged', 'failed', 'cancelled', 'undone']),
  /** Last line of progress. */
  detail: z.string().optional(),
  startedAt: z.number().optional(),
  endedAt: z.number().optional(),
  error: errorInfoSchema.optional(),
});

export const operationSchema = z.object({
  id: z.string(),
  kind: z.enum(operationKinds),
  title: z.string(),
  clusterName: z.string().optional(),
  state: z.enum(['running', 'cancelling', 'done', 'failed', 'cancelled']),
  startedAt: z.number(),
  endedAt: z.number().optional(),
  steps: z.array(operationStepSchema),
  findings: z.array(findingSchema),
  error: errorInfoSchema.optional(),
});

export type OperationKind = (typeof operationKinds)[number];
export type OperationStep = z.infer<typeof operationStepSchema>;
export type Operation = z.infer<typeof operationSchema>;
