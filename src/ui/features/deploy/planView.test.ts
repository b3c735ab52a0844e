import { describe, expect, it } from 'vitest';
import type { PlanStep } from '../../../contract/deployment.ts';
import type { Operation } from '../../../contract/operation.ts';
import { groupFindings } from './groupFindings.ts';
import { commandLine, hostsOf, stepsByPhase } from './planView.ts';
import { preflightResult } from './preflightResult.ts';
import { compareVersions } from './updates.ts';

const command = (host: string, phase: PlanStep['phase'], done = false): PlanStep => ({
  id: `${host}-${phase}-${done}`,
  host,
  phase,
  title: '',
  destructive: false,
  action: { kind: 'command', argv: ['true'], done },
});

describe('the plan under review', () => {
  const steps = [command('n10', 'engine'), command('n2', 'packages', true), command('n2', 'engine')];

  it('names hosts as people count', () => expect(hostsOf(steps)).toEqual(['n2', 'n10']));

  it('goes by phase, and can leave out what is done', () => {
    expect(stepsByPhase(steps, 'n2', false).map(({ phase }) => phase)).toEqual(['packages', 'engine']);
    expect(stepsByPhase(steps, 'n2', true).map(({ phase }) => phase)).toEqual(['engine']);
  });

  it('shows a command so that its arguments cannot be mistaken', () =>
    expect(commandLine(['mkfs.ext4', '-L', 'two words', "it's", ''])).toBe(
      "mkfs.ext4 -L 'two words' 'it'\\''s' ''",
    ));
});

describe('the check before deployment', () => {
  const operation = (state: Operation['state'], severities: ('ok' | 'warning' | 'error')[]): Operation => ({
    id: 'o',
    kind: 'preflight',
    title: 'Preflight',
    state,
    startedAt: 0,
    steps: [],
    findings: severities.map((severity) => ({ id: 'x', severity, title: 'x' })),
  });

  it.each([
    [undefined, true, 'missing'],
    [operation('done', ['ok', 'warning']), true, 'passed'],
    [operation('done', ['ok']), false, 'outdated'],
    [operation('done', ['error']), true, 'blocked'],
    [operation('running', ['ok']), true, 'unfinished'],
    [operation('cancelled', ['ok']), true, 'unfinished'],
    [operation('failed', []), true, 'unfinished'],
  ] as const)('%#: lets go on only when it passed for these choices', (known, isCurrent, verdict) =>
    expect(preflightResult(known, isCurrent).verdict).toBe(verdict),
  );

  it('groups by host, what is wrong first', () => {
    const groups = groupFindings([
      { id: 'a', severity: 'warning', host: 'n10', title: '' },
      { id: 'b', severity: 'error', host: 'n10', title: '' },
      { id: 'c', severity: 'ok', host: 'n2', title: '' },
      { id: 'd', severity: 'error', title: '' },
    ]);
    expect(groups.map(({ host, wrong, right }) => [host, wrong.map(({ id }) => id), right.length])).toEqual([
      [null, ['d'], 0],
      ['n10', ['b', 'a'], 0],
      ['n2', [], 1],
    ]);
  });
});

describe('versions', () => {
  it.each([
    ['0.1.0', '0.1.0', 0],
    ['0.1.0', '0.1.1', -1],
    ['0.10.0', '0.9.9', 1],
    ['1.0', '1.0.0', 0],
    ['1.0.0-rc1', '1.0.0', 0],
  ])('%s against %s', (a, b, sign) => expect(Math.sign(compareVersions(a, b))).toBe(sign));
});
