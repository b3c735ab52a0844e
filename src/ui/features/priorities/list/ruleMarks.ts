import type { Policy } from '../../../../contract/policy.ts';

/** The rules of each VM in a few words, by uuid. */
export function ruleMarks(policy: Policy): Map<string, string> {
  const marks = new Map<string, string[]>();
  const add = (uuid: string, mark: string) => marks.set(uuid, [...(marks.get(uuid) ?? []), mark]);
  for (const [uuid, rule] of Object.entries(policy.rules.vms)) {
    if (rule.restart === 'leave-down') add(uuid, 'leave down');
    if (rule.allowedHosts !== undefined) add(uuid, `only ${rule.allowedHosts.join(', ') || 'no host'}`);
    if (rule.preferredHost !== undefined) add(uuid, `prefers ${rule.preferredHost}`);
  }
  for (const { name, kind, vms } of policy.rules.groups) {
    for (const uuid of vms) add(uuid, `${kind === 'keep-together' ? 'together' : 'apart'}: ${name}`);
  }
  return new Map([...marks].map(([uuid, words]) => [uuid, words.join(' · ')]));
}
