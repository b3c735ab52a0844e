import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideSync, massRemovalAfterMs, type SyncView } from './decide.ts';

const vm = (uuid: string, hash = 'h', persistent = true): SyncView['present'][number] => ({
  uuid,
  hash,
  persistent,
});
const kept = (uuid: string, hash = 'h'): SyncView['stored'][number] => ({ uuid, state: 'good', hash });
const view = (changes: Partial<SyncView>): SyncView => ({
  present: [],
  stored: [],
  hidden: new Set(),
  missingSince: {},
  now: 1_000_000,
  ...changes,
});

describe('decideSync', () => {
  it('writes what is new, changed or not genuine, and nothing else', () => {
    const decision = decideSync(
      view({
        present: [vm('new'), vm('same'), vm('changed', 'h2'), vm('tampered'), vm('broken')],
        stored: [
          kept('same'),
          kept('changed'),
          { uuid: 'tampered', state: 'tampered' },
          { uuid: 'broken', state: 'unreadable' },
        ],
      }),
    );
    expect(decision.write).toEqual(['new', 'changed', 'tampered', 'broken']);
    expect(decision.unchanged).toEqual(['same']);
    expect(decision.remove).toEqual([]);
  });

  it('removes one that the admin undefined, also while the VM still runs', () => {
    const stored = [kept('a'), kept('b'), kept('c')];
    expect(decideSync(view({ present: [vm('a'), vm('b')], stored })).remove).toEqual(['c']);
    expect(decideSync(view({ present: [vm('a'), vm('b'), vm('c', 'h', false)], stored })).remove).toEqual([
      'c',
    ]);
  });

  it('keeps one whose definition lies on the host though it is not listed', () => {
    const decision = decideSync(
      view({ present: [vm('a')], stored: [kept('a'), kept('b')], hidden: new Set(['b']) }),
    );
    expect(decision).toMatchObject({ remove: [], keepHidden: ['b'] });
  });

  it('believes the loss of most only when it lasts', () => {
    const stored = [kept('a'), kept('b'), kept('c')];
    const first = decideSync(view({ present: [vm('a')], stored }));
    expect(first).toMatchObject({
      remove: [],
      keepMany: ['b', 'c'],
      missingSince: { b: 1_000_000, c: 1_000_000 },
    });
    const soon = view({
      present: [vm('a')],
      stored,
      missingSince: first.missingSince,
      now: 1_000_000 + massRemovalAfterMs - 1,
    });
    expect(decideSync(soon)).toMatchObject({ remove: [], missingSince: first.missingSince });
    expect(decideSync({ ...soon, now: soon.now + 1 })).toMatchObject({
      remove: ['b', 'c'],
      missingSince: {},
    });
  });

  it('begins anew with the ten minutes when they come back in between', () => {
    const stored = [kept('a'), kept('b')];
    const back = decideSync(view({ present: [vm('a'), vm('b')], stored, missingSince: { a: 1, b: 1 } }));
    expect(back.missingSince).toEqual({});
  });

  it('takes the only one away at once', () => {
    expect(decideSync(view({ stored: [kept('a')] })).remove).toEqual(['a']);
  });

  it('leaves what is not genuine and belongs to no VM for the admin to see', () => {
    const decision = decideSync(view({ stored: [{ uuid: 'x', state: 'tampered' }] }));
    expect(decision).toMatchObject({ write: [], remove: [], keepMany: [] });
  });

  it('never removes a present or hidden one, and gives each VM one fate', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    fc.assert(
      fc.property(
        fc.uniqueArray(name),
        fc.uniqueArray(name),
        fc.uniqueArray(name),
        (present, stored, hidden) => {
          const decision = decideSync(
            view({
              present: present.map((uuid) => vm(uuid)),
              stored: stored.map((uuid) => kept(uuid)),
              hidden: new Set(hidden),
            }),
          );
          for (const uuid of decision.remove) {
            expect(present).not.toContain(uuid);
            expect(hidden).not.toContain(uuid);
          }
          const fates = [
            decision.write,
            decision.unchanged,
            decision.remove,
            decision.keepHidden,
            decision.keepMany,
          ].flat();
          expect(new Set(fates).size).toBe(fates.length);
          expect(new Set(fates)).toEqual(new Set([...present, ...stored]));
        },
      ),
    );
  });
});
