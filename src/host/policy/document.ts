import { z } from 'zod';
import { type Policy, policySchema } from '../../contract/policy.ts';
import { parseJson } from '../json.ts';

/** Documents of the policy are named by their revision, so that only one of two editors can create the next one. */
export const policyPrefix = 'policy-';
export const policyName = (revision: number): string => `${policyPrefix}${revision}`;

const envelopeSchema = z.object({
  /** Unix milliseconds. */
  editedAt: z.number().int().nonnegative(),
  editedBy: z.string(),
  policy: policySchema,
});

export interface PolicyRevision {
  policy: Policy;
  revision: number;
  editedAt: number;
  editedBy: string;
}

export type PolicyReading =
  | { state: 'good'; found: PolicyRevision }
  /** Of a newer version, cut short … `problem` says what. */
  | { state: 'bad'; revision: number; problem: string };

export const formatPolicy = ({ policy, revision, editedAt, editedBy }: PolicyRevision): string =>
  JSON.stringify({ editedAt, editedBy, policy: { ...policy, revision } });

export function parsePolicy(revision: number, text: string): PolicyReading {
  const parsed = envelopeSchema.safeParse(parseJson(text));
  if (!parsed.success)
    return { state: 'bad', revision, problem: z.prettifyError(parsed.error).slice(0, 500) };
  const { policy, editedAt, editedBy } = parsed.data;
  return { state: 'good', found: { policy: { ...policy, revision }, revision, editedAt, editedBy } };
}

/** Every revision there is, newest first. */
export function policyReadings(documents: ReadonlyMap<string, string>): PolicyReading[] {
  return revisionsOf(documents.keys()).map((revision) =>
    parsePolicy(revision, documents.get(policyName(revision)) ?? ''),
  );
}

/** Newest first. */
export function revisionsOf(names: Iterable<string>): number[] {
  return [...names]
    .map((name) => /^policy-([1-9]\d{0,14})$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => b - a);
}
