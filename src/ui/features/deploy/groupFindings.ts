import { type Finding, severityRank } from '../../../contract/finding.ts';

export interface FindingGroup {
  /** Null: concerns the cluster as a whole. */
  host: string | null;
  /** Errors first, then warnings and notes. */
  wrong: Finding[];
  right: Finding[];
}

/** Findings by host: hosts with errors first, then those with warnings; the whole cluster before its hosts. */
export function groupFindings(findings: Finding[]): FindingGroup[] {
  const groups = new Map<string | null, Finding[]>();
  for (const finding of findings) {
    const host = finding.host ?? null;
    groups.set(host, [...(groups.get(host) ?? []), finding]);
  }
  return [...groups]
    .map(([host, own]) => ({
      host,
      wrong: own
        .filter(({ severity }) => severity !== 'ok')
        .sort((a, b) => severityRank[a.severity] - severityRank[b.severity]),
      right: own.filter(({ severity }) => severity === 'ok'),
    }))
    .sort(
      (a, b) => worst(a) - worst(b) || (a.host ?? '').localeCompare(b.host ?? '', 'en', { numeric: true }),
    );
}

function worst(group: FindingGroup): number {
  return severityRank[group.wrong[0]?.severity ?? 'ok'];
}
