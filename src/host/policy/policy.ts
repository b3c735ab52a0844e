import { MinimeError } from '../../contract/errors.ts';
import type { Finding } from '../../contract/finding.ts';
import { initialPolicy, type Policy } from '../../contract/policy.ts';
import { noteEvent } from '../history/note.ts';
import type { Host } from '../host.ts';
import { policyEvent } from './changes.ts';
import {
  formatPolicy,
  type PolicyRevision,
  policyName,
  policyPrefix,
  policyReadings,
  revisionsOf,
} from './document.ts';

const keptRevisions = 5;
/** Of all revisions together, in characters: Pacemaker's messages have to hold them (see `pacemaker/documents.ts`). */
const keptTogether = 200_000;

export interface PolicyInForce {
  /** Null: nobody edited the policy yet, and `initialPolicy` counts. */
  found: PolicyRevision | null;
  /** The newest revision there is, understood or not. 0: none. */
  newest: number;
  problems: Finding[];
}

/**
 * The policy in force. A newest revision that cannot be understood is a problem; the newest one that can be then counts, since a
 * takeover has to go on. Rejects with `unreachable` while the engine does not run.
 */
export async function readPolicyInForce(host: Host): Promise<PolicyInForce> {
  const readings = policyReadings(await host.engine.documents(policyPrefix));
  const good = readings.find((reading) => reading.state === 'good');
  const problems = readings
    .slice(0, good === undefined ? undefined : readings.indexOf(good))
    .flatMap((reading) => (reading.state === 'bad' ? [unreadable(reading.revision, reading.problem)] : []));
  const [first] = readings;
  const newest = first === undefined ? 0 : first.state === 'good' ? first.found.revision : first.revision;
  return { found: good?.found ?? null, newest, problems };
}

/** What counts, for whoever only wants to go by it. */
export async function readPolicy(host: Host): Promise<PolicyRevision | null> {
  return (await readPolicyInForce(host)).found;
}

/**
 * Makes `policy` the next revision if its own is the newest. Rejects with `conflict` if another edit came first, `unreachable`
 * while the engine does not run, `invalid-input` if it is too big. `changes`: what is different, in the editor's words.
 */
export async function setPolicy(
  host: Host,
  policy: Policy,
  editedBy: string,
  changes: readonly string[] = [],
): Promise<number> {
  const { found, newest } = await readPolicyInForce(host);
  if (policy.revision !== newest) throw await overtaken(host, policy.revision);
  const revision = newest + 1;
  const text = formatPolicy({ policy, revision, editedAt: host.clock.now(), editedBy });
  if (!(await host.engine.createDocument(policyName(revision), text)))
    throw await overtaken(host, policy.revision);
  const documents = await host.engine.documents(policyPrefix);
  // A newer one within this moment: built on ours, or ours went into a gap that others left. Either way theirs counts.
  if ((revisionsOf(documents.keys())[0] ?? 0) > revision) throw await overtaken(host, policy.revision);
  await thin(host, documents);
  host.log.info({ revision, editedBy }, 'the policy was edited');
  await noteEvent(host, policyEvent({ before: policyOf(found), after: policy, revision, editedBy, changes }));
  return revision;
}

/** Surplus revisions; the two newest always stay, so that a gap is never taken for the place of the next. */
export function surplusRevisions(documents: ReadonlyMap<string, string>): number[] {
  let together = 0;
  return revisionsOf(documents.keys()).filter((revision, index) => {
    together += documents.get(policyName(revision))?.length ?? 0;
    return index >= keptRevisions || (index >= 2 && together > keptTogether);
  });
}

async function thin(host: Host, documents: ReadonlyMap<string, string>): Promise<void> {
  for (const revision of surplusRevisions(documents)) {
    try {
      await host.engine.removeDocument(policyName(revision));
    } catch (error) {
      // It is in force all the same; whoever edits next removes what is left over.
      host.log.warn({ error, revision }, 'an old policy could not be removed');
    }
  }
}

async function overtaken(host: Host, theirs: number): Promise<MinimeError> {
  const { found, newest } = await readPolicyInForce(host);
  const by = found === null ? '' : ` by ${found.editedBy}`;
  return new MinimeError({
    kind: 'conflict',
    message: `The policy was changed${by} meanwhile.`,
    cause: `Revision ${newest} is in force, the edit began with revision ${theirs}.`,
    remedy: 'Look at what changed, and edit again.',
  });
}

const unreadable = (revision: number, problem: string): Finding => ({
  id: 'policy-unreadable',
  severity: 'error',
  subject: policyName(revision),
  title: `Revision ${revision} of the policy cannot be understood.`,
  cause: `It was written by a newer Minime, or is damaged; an older revision, or else the initial policy, counts. ${problem}`,
  remedy: 'Update the host program from the console, or apply the policy again.',
});

/** For planning: never without one. */
export const policyOf = (found: PolicyRevision | null): Policy => found?.policy ?? initialPolicy;
