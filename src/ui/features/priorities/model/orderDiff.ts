import type { Policy } from '../../../../contract/policy.ts';
import { readinessText } from '../words.ts';
import { longestIncreasing } from './longestRun.ts';
import { matchTiers } from './matchTiers.ts';
import type { DiffLine } from './policyDiff.ts';

interface Place {
  /** Index of the tier. */
  tier: number;
  /** Within the tier, from 1. */
  position: number;
}

interface Move {
  uuid: string;
  from: Place | null;
  to: Place | null;
}

/**
 * How the tiers and the places of the VMs differ, with as few VMs moved as explain it. Of two that changed places, the one
 * among `moved` is said to have moved.
 */
export function orderDiff(
  before: Policy,
  after: Policy,
  nameOf: (uuid: string) => string,
  moved: ReadonlySet<string>,
): DiffLine[] {
  const matches = matchTiers(before.tiers, after.tiers);
  return [...tierLines(before, after, matches), ...moveLines(before, after, matches, nameOf, moved)];
}

function tierLines(before: Policy, after: Policy, matches: ReadonlyMap<number, number>): DiffLine[] {
  const line = (name: string, what: string, text: string): DiffLine => ({
    part: 'Restart order',
    about: `tier/${name}/${what}`,
    text,
  });
  const kept = before.tiers.flatMap((tier, index) => {
    const place = matches.get(index);
    const now = place === undefined ? undefined : after.tiers[place];
    return place === undefined || now === undefined ? [] : [{ tier, index, now, place }];
  });
  const found = new Set(matches.values());
  const staying = longestIncreasing(kept.map(({ place }) => place));
  return [
    ...before.tiers.flatMap(({ name }, index) =>
      matches.has(index) ? [] : [line(name, 'life', `Tier ${name} is removed`)],
    ),
    ...after.tiers.flatMap(({ name }, index) => (found.has(index) ? [] : [addedLine(after, index, name)])),
    ...kept.flatMap(({ tier, index, now, place }, order) => [
      ...(tier.name === now.name ? [] : [line(tier.name, 'name', `Tier ${tier.name} → tier ${now.name}`)]),
      ...(staying.has(order)
        ? []
        : [line(tier.name, 'place', `Tier ${now.name}: place ${index + 1} → ${place + 1}`)]),
      ...(JSON.stringify(tier.readiness) === JSON.stringify(now.readiness)
        ? []
        : [
            line(
              tier.name,
              'readiness',
              `Tier ${now.name}, the next begins: ${readinessText(tier.readiness)} → ${readinessText(now.readiness)}`,
            ),
          ]),
    ]),
  ];
}

function addedLine(after: Policy, index: number, name: string): DiffLine {
  const next = after.tiers[index + 1];
  const text = `New tier ${name}, ${next === undefined ? 'the last one' : `before ${next.name}`}`;
  return { part: 'Restart order', about: `tier/${name}/life`, text };
}

function placesOf(policy: Policy): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const [tier, { vms }] of policy.tiers.entries()) {
    for (const [index, uuid] of vms.entries()) {
      if (!places.has(uuid)) places.set(uuid, { tier, position: index + 1 });
    }
  }
  return places;
}

/** VMs that changed their tier, or their place among those that stayed in it, in the order they have afterwards. */
function movesOf(
  before: Policy,
  after: Policy,
  matches: ReadonlyMap<number, number>,
  moved: ReadonlySet<string>,
): Move[] {
  const [was, is] = [placesOf(before), placesOf(after)];
  const staying = new Set<string>();
  for (const [from, to] of matches) {
    const both = (after.tiers[to]?.vms ?? []).filter(
      (uuid) => was.get(uuid)?.tier === from && is.get(uuid)?.tier === to,
    );
    const positions = both.map((uuid) => was.get(uuid)?.position ?? 0);
    for (const index of stayingIndexes(both, positions, moved)) staying.add(both[index] ?? '');
  }
  const uuids = [...is.keys(), ...[...was.keys()].filter((uuid) => !is.has(uuid))];
  return uuids
    .filter((uuid) => !staying.has(uuid))
    .map((uuid) => ({ uuid, from: was.get(uuid) ?? null, to: is.get(uuid) ?? null }));
}

/** What may be said to have stayed: as many as possible of those the admin did not move, then those that fit among them. */
function stayingIndexes(
  uuids: readonly string[],
  positions: readonly number[],
  moved: ReadonlySet<string>,
): number[] {
  const unmoved = [...uuids.keys()].filter((index) => !moved.has(uuids[index] ?? ''));
  const kept = longestIncreasing(unmoved.map((index) => positions[index] ?? 0));
  const staying = new Set(unmoved.filter((_, order) => kept.has(order)));
  for (const [index, uuid] of uuids.entries()) {
    if (!moved.has(uuid)) continue;
    const at = positions[index] ?? 0;
    const fits = [...staying].every((other) => other < index === (positions[other] ?? 0) < at);
    if (fits) staying.add(index);
  }
  return [...staying];
}

/** VMs that moved together, from neighbouring places to neighbouring places. */
function inRuns(moves: readonly Move[]): Move[][] {
  const runs: Move[][] = [];
  for (const move of moves) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && follows(last.from, move.from) && follows(last.to, move.to))
      run.push(move);
    else runs.push([move]);
  }
  return runs;
}

function follows(a: Place | null, b: Place | null): boolean {
  if (a === null || b === null) return a === b;
  return a.tier === b.tier && a.position + 1 === b.position;
}

/** Runs of fewer VMs than this are told one by one. */
const LONG_RUN = 4;

function moveLines(
  before: Policy,
  after: Policy,
  matches: ReadonlyMap<number, number>,
  nameOf: (uuid: string) => string,
  moved: ReadonlySet<string>,
): DiffLine[] {
  const at = (policy: Policy, first: Place | null, last: Place | null) => {
    if (first === null || last === null) return 'in no tier';
    const name = policy.tiers[first.tier]?.name ?? '';
    const places =
      first.position === last.position ? `${first.position}` : `${first.position}–${last.position}`;
    return `tier ${name} ${places}`;
  };
  const tell = (who: string, run: Move[]) => {
    const [first, last] = [run[0], run.at(-1)];
    const from = at(before, first?.from ?? null, last?.from ?? null);
    return `${who}: ${from} → ${at(after, first?.to ?? null, last?.to ?? null)}`;
  };
  return inRuns(movesOf(before, after, matches, moved)).flatMap((run): DiffLine[] => {
    const [first, last] = [run[0], run.at(-1)];
    if (run.length < LONG_RUN || first === undefined || last === undefined) {
      return run.map((move) => ({
        part: 'Restart order',
        about: `vm/${move.uuid}/place`,
        text: tell(nameOf(move.uuid), [move]),
      }));
    }
    const who = `${nameOf(first.uuid)} to ${nameOf(last.uuid)} (${run.length} VMs)`;
    return [{ part: 'Restart order', about: `vm/${first.uuid}/place`, text: tell(who, run) }];
  });
}
