import { z } from 'zod';
import {
  initialPolicy,
  type Policy,
  readinessConditionSchema,
  takeoverSettingsSchema,
  vmRuleSchema,
} from '../../../src/contract/policy.ts';
import { bytesOf, uuidOf } from '../../../src/embedded/description.ts';

/** A policy as a person writes it: VMs by name, memory in GiB, only what is not as at first. */
export const scenarioPolicySchema = z.strictObject({
  tiers: z
    .array(
      z.strictObject({
        name: z.string(),
        vms: z.array(z.string()),
        readiness: readinessConditionSchema.default({ kind: 'started' }),
      }),
    )
    .optional(),
  minFreeMemory: z.number().nonnegative().default(0.5),
  maxCpu: z.number().default(90),
  overCpu: z.enum(['start', 'leave-down']).default('start'),
  vms: z.record(z.string(), vmRuleSchema).default({}),
  groups: z
    .array(
      z.strictObject({
        name: z.string(),
        kind: z.enum(['keep-together', 'keep-apart']),
        vms: z.array(z.string()),
      }),
    )
    .default([]),
  takeover: takeoverSettingsSchema.partial().default({}),
});

export function policyOf(given: z.input<typeof scenarioPolicySchema>): Policy {
  const { tiers, minFreeMemory, maxCpu, overCpu, vms, groups, takeover } = scenarioPolicySchema.parse(given);
  return {
    ...initialPolicy,
    revision: 0,
    tiers: tiers?.map((tier) => ({ ...tier, vms: tier.vms.map(uuidOf) })) ?? initialPolicy.tiers,
    thresholds: {
      cluster: { minFreeMemory: bytesOf(minFreeMemory), maxCpuPercent: maxCpu },
      hosts: {},
      overCpu,
    },
    rules: {
      vms: Object.fromEntries(Object.entries(vms).map(([name, rule]) => [uuidOf(name), rule])),
      groups: groups.map((group) => ({ ...group, vms: group.vms.map(uuidOf) })),
    },
    takeover: {
      ...initialPolicy.takeover,
      ...Object.fromEntries(Object.entries(takeover).filter(([, value]) => value !== undefined)),
    },
  };
}
