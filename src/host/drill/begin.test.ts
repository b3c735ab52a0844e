import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { drillBehind } from './begin.ts';

const drill = (at: number): string => JSON.stringify({ by: 'admin', at, expected: {} });

function hostWith(marks: Record<string, string>) {
  const marked = new Map(Object.entries(marks));
  let answers = true;
  const documents = async () => {
    if (!answers) throw new Error('no');
    return new Map(marked);
  };
  return {
    engine: { documents, removeDocument: async (name: string) => void marked.delete(name) },
    clock: { now: () => 1000 },
    log: pino({ level: 'silent' }),
    answer: (does: boolean) => {
      answers = does;
    },
    begin: (name: string, text: string) => marked.set(name, text),
    marks: () => [...marked.keys()],
  };
}

describe('a host that comes back', () => {
  it('ends the drill that its failure was, and no other', async () => {
    const host = hostWith({ 'drill-n1': drill(1), 'drill-n10': drill(1) });
    const end = await drillBehind(host, 'n1');
    await end();
    expect(host.marks()).toEqual(['drill-n10']);
  });

  it.each([[drill(1)], [undefined]])(
    'leaves one that began before it was in service (%s)',
    async (before) => {
      const host = hostWith(before === undefined ? {} : { 'drill-n1': before });
      const end = await drillBehind(host, 'n1');
      host.begin('drill-n1', drill(2));
      await end();
      expect(host.marks()).toEqual(['drill-n1']);
    },
  );

  it.each([
    [999, []],
    [1000, ['drill-n1']],
  ])('goes by the time (%d) if the cluster did not answer at first', async (at, left) => {
    const host = hostWith({ 'drill-n1': drill(at) });
    host.answer(false);
    const end = await drillBehind(host, 'n1');
    host.answer(true);
    await end();
    expect(host.marks()).toEqual(left);
  });

  it('does without if the cluster never answers', async () => {
    const host = hostWith({ 'drill-n1': drill(1) });
    host.answer(false);
    const end = await drillBehind(host, 'n1');
    await expect(end()).resolves.toBeUndefined();
  });
});
