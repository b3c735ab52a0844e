import type { Finding } from '../../../../src/contract/finding.ts';

type Details = Partial<Pick<Finding, 'host' | 'subject'>>;
type Explained = Details & Pick<Required<Finding>, 'cause' | 'remedy'>;

export const good = (id: string, title: string, details: Details = {}): Finding => ({
  id,
  severity: 'ok',
  title,
  ...details,
});

export const bad = (id: string, title: string, details: Explained): Finding => ({
  id,
  severity: 'error',
  title,
  ...details,
});

export const doubtful = (id: string, title: string, details: Explained): Finding => ({
  id,
  severity: 'warning',
  title,
  ...details,
});
