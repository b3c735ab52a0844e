import type { Operation } from '../../../contract/operation.ts';

export interface PreflightResult {
  verdict: 'missing' | 'outdated' | 'unfinished' | 'blocked' | 'passed';
  findings: number;
  errors: number;
  warnings: number;
}

/** What a check says. `isCurrent`: it was made for what is chosen now. Only `passed` lets go on. */
export function preflightResult(operation: Operation | undefined, isCurrent: boolean): PreflightResult {
  const findings = operation?.findings ?? [];
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  const counted = { findings: findings.length, errors, warnings };
  if (operation === undefined) return { verdict: 'missing', ...counted };
  if (!isCurrent) return { verdict: 'outdated', ...counted };
  if (errors > 0) return { verdict: 'blocked', ...counted };
  return { verdict: operation.state === 'done' ? 'passed' : 'unfinished', ...counted };
}
