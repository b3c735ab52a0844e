import type { Policy, Thresholds, Tier, VmRule } from '../../../../contract/policy.ts';
import type { Anchors, Change } from './change.ts';

/** The policy after a change, or why the change makes no sense on it. */
export type Applied = { policy: Policy } | { refused: string };

/** Pure. A change that alters nothing answers with the same policy object or an equal one. */
export function applyChange(policy: Policy, change: Change): Applied {
  switch (change.kind) {
    case 'move':
      return moveVms(policy, change.vms, change.tier, change.anchors);
    case 'unlist':
      return { policy: { ...policy, tiers: withoutVms(policy.tiers, new Set(change.vms)) } };
    case 'add-tier':
      return addTier(policy, change.name, change.before);
    case 'rename-tier':
      return renameTier(policy, change.tier, change.name);
    case 'remove-tier':
      return removeTier(policy, change.tier);
    case 'move-tier':
      return moveTier(policy, change.tier, change.before);
    case 'set-readiness':
      return onTier(policy, change.tier, (tier) => ({ ...tier, readiness: change.readiness }));
    case 'set-threshold':
      return setThreshold(policy, change.host, change.part, change.value);
    case 'set-over-cpu':
      return { policy: { ...policy, thresholds: { ...policy.thresholds, overCpu: change.overCpu } } };
    case 'set-restart':
      return setRule(policy, change.vms, (rule) =>
        withPart(rule, 'restart', change.restart === 'restart' ? null : change.restart),
      );
    case 'set-allowed':
      return setRule(policy, change.vms, (rule) => withPart(rule, 'allowedHosts', change.hosts));
    case 'set-preferred':
      return setRule(policy, change.vms, (rule) => withPart(rule, 'preferredHost', change.host));
    case 'add-group':
    case 'set-group':
    case 'remove-group':
      return changeGroup(policy, change);
    case 'set-takeover':
      return { policy: { ...policy, takeover: { ...policy.takeover, ...change.settings } } };
  }
}

const noTier = (name: string): Applied => ({ refused: `There is no tier “${name}”.` });
const tierExists = (name: string): Applied => ({ refused: `There is a tier “${name}” already.` });
const indexOfTier = (tiers: readonly Tier[], name: string) => tiers.findIndex((tier) => tier.name === name);

function withoutVms(tiers: readonly Tier[], vms: ReadonlySet<string>): Tier[] {
  return tiers.map((tier) =>
    tier.vms.some((uuid) => vms.has(uuid))
      ? { ...tier, vms: tier.vms.filter((uuid) => !vms.has(uuid)) }
      : tier,
  );
}

function onTier(policy: Policy, name: string, edit: (tier: Tier) => Tier): Applied {
  const index = indexOfTier(policy.tiers, name);
  const tier = policy.tiers[index];
  if (tier === undefined) return noTier(name);
  return { policy: { ...policy, tiers: policy.tiers.with(index, edit(tier)) } };
}

/** They keep the order in which they are given. */
function moveVms(policy: Policy, vms: readonly string[], name: string, anchors: Anchors): Applied {
  const moved = [...new Set(vms)];
  const rest = { ...policy, tiers: withoutVms(policy.tiers, new Set(moved)) };
  const target = rest.tiers[indexOfTier(rest.tiers, name)];
  if (target === undefined) return noTier(name);
  const place = placeOf(target.vms, anchors);
  if (place === null) return { refused: `The VMs beside which it was put are not in tier “${name}”.` };
  return onTier(rest, name, (tier) => ({ ...tier, vms: tier.vms.toSpliced(place, 0, ...moved) }));
}

function placeOf(vms: readonly string[], { after, before }: Anchors): number | null {
  const below = before === null ? -1 : vms.indexOf(before);
  if (below >= 0) return below;
  const above = after === null ? -1 : vms.indexOf(after);
  if (above >= 0) return above + 1;
  return before === null && after === null ? vms.length : null;
}

function addTier(policy: Policy, name: string, before: string | null): Applied {
  if (indexOfTier(policy.tiers, name) >= 0) return tierExists(name);
  const place = before === null ? policy.tiers.length : indexOfTier(policy.tiers, before);
  if (place < 0) return noTier(before ?? '');
  const tier: Tier = { name, vms: [], readiness: { kind: 'started' } };
  return { policy: { ...policy, tiers: policy.tiers.toSpliced(place, 0, tier) } };
}

function renameTier(policy: Policy, from: string, to: string): Applied {
  if (from !== to && indexOfTier(policy.tiers, to) >= 0) return tierExists(to);
  return onTier(policy, from, (tier) => ({ ...tier, name: to }));
}

function removeTier(policy: Policy, name: string): Applied {
  const index = indexOfTier(policy.tiers, name);
  const tier = policy.tiers[index];
  if (tier === undefined) return noTier(name);
  if (policy.tiers.length === 1) return { refused: 'The last tier cannot be removed.' };
  const rest = policy.tiers.toSpliced(index, 1);
  const heir = Math.max(0, index - 1);
  const tiers = rest.map((other, place) => {
    if (place !== heir) return other;
    return { ...other, vms: index === 0 ? [...tier.vms, ...other.vms] : [...other.vms, ...tier.vms] };
  });
  return { policy: { ...policy, tiers } };
}

function moveTier(policy: Policy, name: string, before: string | null): Applied {
  const tier = policy.tiers[indexOfTier(policy.tiers, name)];
  if (tier === undefined) return noTier(name);
  if (before === name) return { policy };
  const rest = policy.tiers.filter((other) => other !== tier);
  const place = before === null ? rest.length : indexOfTier(rest, before);
  if (place < 0) return noTier(before ?? '');
  return { policy: { ...policy, tiers: rest.toSpliced(place, 0, tier) } };
}

function setThreshold(
  policy: Policy,
  host: string | null,
  part: keyof Thresholds,
  value: number | null,
): Applied {
  const { cluster, hosts } = policy.thresholds;
  if (host === null) {
    if (value === null) return { refused: 'The cluster’s own threshold cannot be left out.' };
    return {
      policy: { ...policy, thresholds: { ...policy.thresholds, cluster: { ...cluster, [part]: value } } },
    };
  }
  const own = withPart(hosts[host] ?? {}, part, value);
  const next = withPart(hosts, host, Object.keys(own).length === 0 ? null : own);
  return { policy: { ...policy, thresholds: { ...policy.thresholds, hosts: next } } };
}

/** With another value for one part, or without it. */
function withPart<T extends object, K extends keyof T>(whole: T, part: K, value: T[K] | null): T {
  const next = { ...whole };
  if (value === null) delete next[part];
  else next[part] = value;
  return next;
}

function setRule(policy: Policy, vms: readonly string[], edit: (rule: VmRule) => VmRule): Applied {
  const rules = { ...policy.rules.vms };
  for (const uuid of vms) {
    const rule = edit(rules[uuid] ?? {});
    if (Object.keys(rule).length === 0) delete rules[uuid];
    else rules[uuid] = rule;
  }
  return { policy: { ...policy, rules: { ...policy.rules, vms: rules } } };
}

type GroupChange = Extract<Change, { kind: 'add-group' | 'set-group' | 'remove-group' }>;

function changeGroup(policy: Policy, change: GroupChange): Applied {
  const { groups } = policy.rules;
  const indexOf = (name: string) => groups.findIndex((group) => group.name === name);
  const withGroups = (next: typeof groups): Applied => ({
    policy: { ...policy, rules: { ...policy.rules, groups: next } },
  });
  if (change.kind === 'add-group') {
    if (indexOf(change.group.name) >= 0) return ruleExists(change.group.name);
    return withGroups([...groups, change.group]);
  }
  const index = indexOf(change.name);
  if (index < 0) return { refused: `There is no rule “${change.name}”.` };
  if (change.kind === 'remove-group') return withGroups(groups.toSpliced(index, 1));
  if (change.group.name !== change.name && indexOf(change.group.name) >= 0)
    return ruleExists(change.group.name);
  return withGroups(groups.with(index, change.group));
}

const ruleExists = (name: string): Applied => ({ refused: `There is a rule “${name}” already.` });
