import type { Finding } from '../contract/finding.ts';
import type { GroupRule, Policy } from '../contract/policy.ts';

/**
 * Where a policy contradicts itself, for the admin who edits it. A takeover copes with all of these: `cause` says how.
 * `nameOf` gives the name of a VM (uuid).
 */
export function policyProblems(policy: Policy, nameOf: (uuid: string) => string): Finding[] {
  return [
    ...listedTwice(policy, nameOf),
    ...preferredNotAllowed(policy, nameOf),
    ...groupsTooSmall(policy),
    ...contradictions(policy, nameOf),
  ];
}

function warning(id: string, subject: string, title: string, cause: string, remedy: string): Finding {
  return { id, severity: 'warning', subject, title, cause, remedy };
}

function listedTwice(policy: Policy, nameOf: (uuid: string) => string): Finding[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const uuid of policy.tiers.flatMap((tier) => tier.vms)) (seen.has(uuid) ? twice : seen).add(uuid);
  return [...twice]
    .map(nameOf)
    .map((name) =>
      warning(
        'policy-vm-listed-twice',
        name,
        `${name} has two places in the restart order.`,
        'Only the first one counts.',
        'Take it out of one of the two.',
      ),
    );
}

function preferredNotAllowed(policy: Policy, nameOf: (uuid: string) => string): Finding[] {
  return Object.entries(policy.rules.vms).flatMap(([uuid, { allowedHosts, preferredHost }]) => {
    if (preferredHost === undefined || allowedHosts?.includes(preferredHost) !== false) return [];
    return [
      warning(
        'policy-preferred-not-allowed',
        nameOf(uuid),
        `${nameOf(uuid)} prefers ${preferredHost}, which is not one of its allowed hosts.`,
        'The preferred host is ignored.',
        'Allow the host, or prefer another one.',
      ),
    ];
  });
}

function groupsTooSmall(policy: Policy): Finding[] {
  return policy.rules.groups.flatMap(({ name, vms }) =>
    new Set(vms).size >= 2
      ? []
      : [
          warning(
            'policy-group-too-small',
            name,
            `The rule "${name}" names fewer than two VMs.`,
            'It has no effect.',
            'Add VMs to it or remove it.',
          ),
        ],
  );
}

/** Pairs of VMs that one rule keeps together and another apart. */
function contradictions(policy: Policy, nameOf: (uuid: string) => string): Finding[] {
  const ofKind = (kind: GroupRule['kind']): GroupRule[] =>
    policy.rules.groups.filter((group) => group.kind === kind);
  return ofKind('keep-together').flatMap((together) =>
    ofKind('keep-apart').flatMap((apart) => {
      const both = [...new Set(together.vms)].filter((uuid) => apart.vms.includes(uuid)).map(nameOf);
      if (both.length < 2) return [];
      return [
        warning(
          'policy-group-contradiction',
          together.name,
          `"${together.name}" keeps ${both.join(' and ')} together, "${apart.name}" keeps them apart.`,
          'After a failure only the first of them by restart priority is started.',
          'Take them out of one of the two rules.',
        ),
      ];
    }),
  );
}
