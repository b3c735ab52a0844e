import { describe, expect, it } from 'vitest';
import { drillBehind } from './begin.ts';

function engineWith(marks: Record<string, string>) {
  const documents = new Map(Object.entries(marks));
  return {
    documents: async () => new Map(documents),
    removeDocument: async (name: string) => void documents.delete(name),
    begin: (name: string, text: string) => documents.set(name, text),
    names: () => [...documents.keys()],
  };
}

describe('a host that comes back', () => {
  it('ends the drill that its failure was, and no other', async () => {
    const engine = engineWith({ 'drill-n1': 'first', 'drill-n10': 'other' });
    const end = await drillBehind(engine, 'n1');
    await end();
    expect(engine.names()).toEqual(['drill-n10']);
  });

  it.each([['first'], [undefined]])('leaves one that began before it was in service (%s)', async (before) => {
    const engine = engineWith(before === undefined ? {} : { 'drill-n1': before });
    const end = await drillBehind(engine, 'n1');
    engine.begin('drill-n1', 'second');
    await end();
    expect(engine.names()).toEqual(['drill-n1']);
  });

  it('does without if the cluster does not answer', async () => {
    const silent = {
      documents: () => Promise.reject(new Error('no')),
      removeDocument: () => Promise.reject(),
    };
    const end = await drillBehind(silent, 'n1');
    await expect(end()).resolves.toBeUndefined();
  });
});
