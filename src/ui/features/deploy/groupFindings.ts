import type { Finding } from '../../../contract/finding.ts';

export interface FindingGroup {
  /** Null: concerns the cluster as a whole. */
  host: string | null;
  /** Errors first, then warnings and notes. */
  wrong: Finding[];
  right: Finding[];
}

const rank = { error: 0, warning: 1, info: 2, ok: 3 } as const;

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
        .sort((a, b) => rank[a.severity] - rank[b.severity]),
      right: own.filter(({ severity }) => severity === 'ok'),
    }))
    .sort(
      (a, b) => worst(a) - worst(b) || (a.host ?? '').localeCompare(b.host ?? '', 'en', { numeric: true }),
    );
}

function worst(group: FindingGroup): number {
  return rank[group.wrong[0]?.severity ?? 'ok'];
}
