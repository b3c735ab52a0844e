import { z } from 'zod';
import type { Finding } from '../../../src/contract/finding.ts';
import {
  type SectionName,
  type Sections,
  sectionNames,
  sectionSchemas,
} from '../../../src/contract/hostState.ts';

/** The last sections a host sent. One that does not fit the contract is kept out and recorded as a problem. */
export interface SectionStore {
  /** The checked section, or null if it was refused. */
  accept(name: SectionName, data: unknown): Sections[SectionName] | null;
  /** The host could not read this section itself; it counts until one comes. */
  missing(name: SectionName, reason: Finding): void;
  all(): Partial<Sections>;
  problems(): Finding[];
  clear(): void;
}

export function createSectionStore(host: string): SectionStore {
  let sections: Partial<Sections> = {};
  const problems = new Map<SectionName, Finding>();
  return {
    accept(name, data) {
      const parsed = sectionSchemas[name].safeParse(data);
      if (!parsed.success) {
        problems.set(name, {
          id: 'section-not-understood',
          severity: 'error',
          host,
          subject: name,
          title: `What ${host} reports about ${titles[name]} cannot be understood; what is shown is older.`,
          cause: firstIssue(parsed.error),
          remedy: 'Update the host program from the cluster page.',
        });
        return null;
      }
      problems.delete(name);
      sections = { ...sections, [name]: parsed.data };
      return parsed.data;
    },
    missing(name, reason) {
      problems.set(name, { ...reason, host, subject: name });
    },
    all: () => sections,
    problems: () => sectionNames.flatMap((name) => problems.get(name) ?? []),
    clear() {
      sections = {};
      problems.clear();
    },
  };
}

const titles: Record<SectionName, string> = {
  system: 'itself',
  load: 'its load',
  vms: 'its virtual machines',
  cluster: 'the cluster',
  quorumDisks: 'its quorum disks',
  policy: 'the policy',
  takeover: 'takeovers',
  history: 'past failovers',
};

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'Unknown.' : `${issue.path.join('.')}: ${issue.message}`;
}
