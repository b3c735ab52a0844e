import { z } from 'zod';

/** Whose disk it is: written once, on the first mount, and compared on every later one. */
export const ownerSchema = z.object({ format: z.literal(1), clusterId: z.string(), home: z.string() });
export type Owner = z.infer<typeof ownerSchema>;

/** Undefined: it is theirs. Else, why not, in words. `text` is the owner file, undefined if there is none. */
export function foreignOwner(
  text: string | undefined,
  expected: Owner,
  hasDefinitions: boolean,
): string | undefined {
  if (text === undefined) {
    return hasDefinitions ? 'It holds definitions, but nothing on it says whose they are.' : undefined;
  }
  const owner = ownerSchema.safeParse(parseJson(text));
  if (!owner.success) return 'What it says about its owner cannot be understood.';
  const { clusterId, home } = owner.data;
  if (clusterId !== expected.clusterId) return `It belongs to another cluster (${clusterId}).`;
  return home === expected.home ? undefined : `It is the quorum disk of ${home}.`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
