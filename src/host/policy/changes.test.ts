import { expect, it } from 'vitest';
import { initialPolicy } from '../../contract/policy.ts';
import { policyEvent } from './changes.ts';

it('a change of the policy says which parts are different, and who changed them', () => {
  const after = {
    ...initialPolicy,
    takeover: { ...initialPolicy.takeover, startsPerHost: 8 },
    rules: { ...initialPolicy.rules, groups: [{ name: 'db', kind: 'keep-apart' as const, vms: [] }] },
  };
  const edit = { before: initialPolicy, after, revision: 7, editedBy: 'anna@desk', changes: ['New rule db'] };
  expect(policyEvent(edit)).toMatchObject({
    by: 'anna@desk',
    text: 'The policy was changed (revision 7): rules, takeover settings.',
    details: ['New rule db'],
  });
});
