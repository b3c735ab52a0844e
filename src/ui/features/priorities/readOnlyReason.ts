import type { PolicyInForce } from '../../store/selectors/policy.ts';

/** Why the policy can only be looked at; null: it can be changed. */
export function readOnlyReason({ live, from, section }: PolicyInForce): string | null {
  if (!live) {
    return 'No host of this cluster is online and in the quorate part. What is shown is the last that was known; it can be changed once one answers.';
  }
  if (from.connection.privilege === 'none') {
    return `Minime has no root rights on ${from.name}. Connect with a user who is root or may use sudo.`;
  }
  const broken = section.problems.find(({ severity }) => severity === 'error');
  return broken === undefined ? null : `${broken.title}. ${broken.remedy ?? ''}`;
}
