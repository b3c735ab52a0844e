import { describe, expect, it } from 'vitest';
import type { HostSurvey } from '../../contract/survey.ts';
import type { VmRecord } from '../ports/hypervisor.ts';
import { plainSpec } from '../testing/fakeHost.ts';
import { decideMoved } from './clearMoved.ts';

const entry = { uuid: 'a', name: 'a', to: 'n2', at: 1, cleared: false };
const copy = (state: VmRecord['state']): VmRecord => ({
  uuid: 'a',
  name: 'a',
  state,
  persistent: true,
  autostart: false,
  spec: plainSpec,
  definitionHash: '',
});
const survey = (host: string, what: { runs?: boolean; has?: boolean }): HostSurvey => ({
  host,
  at: 1,
  memoryTotal: 1,
  memoryFree: 1,
  cores: 1,
  cpuPercent: 0,
  running: what.runs === true ? [{ uuid: 'a', name: 'a', memory: 1, vcpus: 1, starting: false }] : [],
  defined: what.has === true ? ['a'] : [],
});
const decide = (vms: VmRecord[], surveys: HostSurvey[], moved = [entry]) =>
  decideMoved('n1', moved, vms, surveys).map((one) =>
    'problem' in one && one.problem !== undefined ? `${one.what} ${one.problem.id}` : one.what,
  );

describe('a VM that moved away', () => {
  it.each([
    ['is cleared already', [], [], []],
    ['is not known here', [], [survey('n2', {})], ['cleared']],
    [
      'is known here, and its new host has it',
      [copy('shut-off')],
      [survey('n2', { has: true })],
      ['undefine'],
    ],
    [
      'is known here, and runs on a third host',
      [copy('shut-off')],
      [survey('n3', { runs: true })],
      ['undefine'],
    ],
    ['is known here, and only here', [copy('shut-off')], [survey('n2', {})], ['keep stale-copy-kept']],
    ['is known here, and nobody answers', [copy('shut-off')], [], ['keep stale-copy-kept']],
    ['runs here', [copy('running')], [survey('n2', { has: true })], ['home']],
    ['runs here and there', [copy('running')], [survey('n2', { runs: true })], ['home vm-runs-twice']],
  ])('%s', (what, vms, surveys, expected) => {
    const moved = what === 'is cleared already' ? [{ ...entry, cleared: true }] : [entry];
    expect(decide(vms, surveys, moved)).toEqual(expected);
  });
});
