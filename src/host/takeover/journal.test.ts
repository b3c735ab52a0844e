import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEvent, JournalLine } from './journalEvents.ts';
import { journalLineText, parseJournal } from './journalText.ts';
import { replay } from './replay.ts';

const key = Buffer.alloc(32, 3);
const disk = { home: 'n1', clusterId: 'c1', key };
const id = '11111111-1111-4111-8111-111111111111';
const other = '22222222-2222-4222-8222-222222222222';
const begun: JournalEvent = { what: 'begun', owner: 'n2', kind: 'takeover', homes: ['n1'], loss: 'fenced' };
const linesOf = (events: readonly JournalEvent[], of = id): JournalLine[] =>
  events.map((event, index) => ({
    clusterId: 'c1',
    home: 'n1',
    id: of,
    seq: index + 1,
    at: 1000 + index,
    event,
  }));
const textOf = (lines: readonly JournalLine[]): string =>
  lines.map((line) => journalLineText(line, { key })).join('');
const starting = (host: string): JournalEvent => ({ what: 'starting', uuid: 'a', name: 'A', host });
const lines = linesOf([
  begun,
  { what: 'surveyed', silent: [] },
  { what: 'planned', vms: [{ uuid: 'a', name: 'A', host: 'n2', position: 1 }] },
  starting('n2'),
  { what: 'failed', uuid: 'a', host: 'n2', reason: 'No.' },
  starting('n3'),
  { what: 'started', uuid: 'a', host: 'n3' },
  { what: 'handed', uuid: 'a', name: 'A', host: 'n3' },
  { what: 'ended' },
]);

describe('the text of a journal', () => {
  it('comes back as it was written', () => {
    expect(parseJournal(textOf(lines), disk)).toEqual({ lines, rejected: [] });
  });

  it('cut short at any byte is what was whole by then', () => {
    const text = textOf(lines);
    for (let length = 0; length <= text.length; length += 7) {
      const { lines: found, rejected } = parseJournal(text.slice(0, length), disk);
      expect(rejected).toEqual([]);
      expect(found).toEqual(lines.slice(0, found.length));
      // The last newline may be missing, and the line is whole all the same.
      const whole = text.slice(0, length).split('\n').length - 1;
      expect([whole, whole + 1]).toContain(found.length);
    }
  });

  it('goes on after a line that was cut short', () => {
    const text = `${textOf(lines.slice(0, 3))}{"body":{"clus\n${textOf(lines.slice(3))}`;
    expect(parseJournal(text, disk)).toEqual({ lines, rejected: [] });
  });

  it('never says anything that was not written, whatever bytes are changed', () => {
    const text = textOf(lines);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
        const changed = `${text.slice(0, at)}${String.fromCharCode(code)}${text.slice(at + 1)}`;
        for (const line of parseJournal(changed, disk).lines) expect(lines).toContainEqual(line);
      }),
    );
  });

  it.each([
    ['signed with another key', { key: Buffer.alloc(32, 9) }],
    ['of another disk', { home: 'n9' }],
    ['of another cluster', { clusterId: 'c9' }],
  ])('rejects lines %s', (_what, change) => {
    const { lines: found, rejected } = parseJournal(textOf(lines), { ...disk, ...change });
    expect([found.length, rejected.length]).toEqual([0, lines.length]);
  });

  it('rejects an old line that is put there again', () => {
    const { lines: found, rejected } = parseJournal(textOf([...lines, ...lines.slice(0, 1)]), disk);
    expect(found).toEqual(lines);
    expect(rejected).toMatchObject([{ line: lines.length + 1 }]);
  });
});

describe('a replay', () => {
  it('tells how far each VM came', () => {
    const state = replay(lines);
    expect(state).toMatchObject({ id, ended: true, owners: [{ host: 'n2' }] });
    expect(state?.vms.get('a')).toMatchObject({
      state: 'running',
      host: 'n3',
      handedTo: 'n3',
      attempts: [
        { host: 'n2', outcome: 'failed' },
        { host: 'n3', outcome: 'running' },
      ],
    });
  });

  it('is about the last takeover only', () => {
    const state = replay([...linesOf([begun, starting('n2')], other), ...lines.slice(0, 4)]);
    expect(state?.id).toBe(id);
    expect(state?.vms.get('a')?.attempts).toHaveLength(1);
  });

  it('keeps the attempts of an owner before', () => {
    const state = replay(linesOf([begun, starting('n3'), { ...begun, owner: 'n4' }]));
    expect(state?.owners.map(({ host }) => host)).toEqual(['n2', 'n4']);
    expect(state?.vms.get('a')).toMatchObject({ state: 'starting', host: 'n3' });
  });

  /** What may run, as the world has it: written before it is acted upon, and forgotten only when it is certain. */
  it('of any beginning never takes a VM for free that an owner may have had started', () => {
    const event = fc.oneof(
      fc.constantFrom('n2', 'n3', 'n4').map(starting),
      fc.constantFrom<JournalEvent>(
        { what: 'started', uuid: 'a', host: 'n2' },
        { what: 'started', uuid: 'a', host: 'n3' },
        { what: 'hung', uuid: 'a', host: 'n3', reason: '', stopped: false },
        { what: 'elsewhere', uuid: 'a', host: 'n4' },
        { what: 'surveyed', silent: [] },
        { what: 'planned', vms: [] },
        { what: 'down', uuid: 'a', reason: '' },
        { ...begun, owner: 'n4' },
      ),
      fc.constantFrom<JournalEvent>(
        { what: 'failed', uuid: 'a', host: 'n2', reason: '' },
        { what: 'hung', uuid: 'a', host: 'n2', reason: '', stopped: true },
        { what: 'lost', uuid: 'a', host: 'n2', reason: '' },
      ),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), fc.nat(12), (events, length) => {
        const prefix = [begun, ...events].slice(0, length + 1);
        const mayRun = prefix.reduce((may, one) => {
          if (one.what === 'starting' || one.what === 'started' || one.what === 'elsewhere') return true;
          if (one.what === 'hung' && !one.stopped) return true;
          return one.what === 'failed' || one.what === 'hung' || one.what === 'lost' ? false : may;
        }, false);
        const vm = replay(linesOf(prefix))?.vms.get('a');
        expect((vm?.state ?? 'free') !== 'free').toBe(mayRun);
        expect(vm?.host !== undefined).toBe(mayRun);
      }),
    );
  });
});
