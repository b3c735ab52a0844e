import { z } from 'zod';

/** Service addresses: each lives on one host of the cluster at a time and goes to another one when that host fails. */

/** Its resource in the cluster engine, and what that prefers, have ids that begin so. */
export const virtualIpIdPrefix = 'virtual-ip-';

/** The rest of the id of its resource. */
export const virtualIpNameSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/,
    'Use lower-case letters, digits and hyphens, 32 at most, with a letter or digit first and last.',
  );

const addressSchema = z.union([z.ipv4(), z.ipv6()], 'This is no IPv4 or IPv6 address.');

const ipv4Bits = 32;

export const virtualIpSpecSchema = z
  .object({
    name: virtualIpNameSchema,
    address: addressSchema,
    /** Bits of its network: 24 for 255.255.255.0. */
    prefixLength: z.number().int().min(1).max(128),
    /** Network card that carries it; absent: the one in whose network it is. */
    networkCard: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,15}$/, 'This is no name of a network card.')
      .optional(),
    /** Where it lives as long as that host can have it; absent: wherever it came to live last. */
    preferredHost: z.string().min(1).optional(),
  })
  .refine(({ address, prefixLength }) => address.includes(':') || prefixLength <= ipv4Bits, {
    message: 'An IPv4 network has 32 bits at most.',
    path: ['prefixLength'],
  });
export type VirtualIpSpec = z.infer<typeof virtualIpSpecSchema>;

export const virtualIpSchema = z.object({
  name: z.string(),
  address: z.string(),
  prefixLength: z.number().int(),
  networkCard: z.string().optional(),
  preferredHost: z.string().optional(),
  /** The host that has it. */
  on: z.string().nullable(),
  state: z.enum(['started', 'stopped', 'failed', 'unknown']),
  /** Where it could not be brought up, and why. */
  failure: z.string().optional(),
});
export type VirtualIp = z.infer<typeof virtualIpSchema>;
