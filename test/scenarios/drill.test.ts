import { afterEach, describe, expect, it } from 'vitest';
import { expectedOf } from '../../src/contract/drill.ts';
import { beginDrill } from '../../src/host/drill/begin.ts';
import { rehearse } from '../../src/host/drill/rehearse.ts';
import { listRecords } from '../../src/host/history/store.ts';
import type { Host } from '../../src/host/host.ts';
import { parseCommands } from './run/commands.ts';
import { bootOf, Scenario, scenarioClusterSchema } from './run/scenario.ts';

const description = scenarioClusterSchema.parse({
  hosts: [{ name: 'n1', memory: 32 }, { name: 'n2' }, { name: 'n3' }],
  vms: [
    { name: 'web', host: 'n1', memory: 2 },
    { name: 'db', host: 'n1', memory: 4 },
    { name: 'huge', host: 'n1', memory: 15 },
    { name: 'idle', host: 'n1', running: false },
    { name: 'mail', host: 'n2' },
  ],
});

let scenario: Scenario;
const begun = async (commands = ''): Promise<Scenario> => {
  scenario = new Scenario(description, parseCommands(commands));
  await scenario.warmUp();
  return scenario;
};
afterEach(() => scenario.cluster.close());

const hostOf = (name: string): Host => scenario.cluster.program(bootOf(scenario.cluster, name)).host;

/** What comes of it once the world has gone on for so long. */
async function after<T>(seconds: number, work: Promise<T>): Promise<T> {
  const settled = work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  await scenario.runUntil(scenario.now + seconds * 1000);
  const outcome = await settled;
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}

describe('a dry run', () => {
  it('tells where each VM would run, which would not, and why, and changes nothing', async () => {
    await begun();
    const before = scenario.cluster.guests;
    const { vms, notWanted, findings, by } = await after(60, rehearse(hostOf('n2'), 'n1'));
    expect(by).toBe('n2');
    const byName = vms.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    expect(byName.map(({ name, outcome, host }) => [name, outcome, host])).toEqual([
      ['db', 'starts', expect.stringMatching(/n[23]/)],
      ['huge', 'stays-down', undefined],
      ['web', 'starts', expect.stringMatching(/n[23]/)],
    ]);
    expect(vms.flatMap(({ problems }) => problems ?? ['none'])).toEqual(['none']);
    expect(vms.find(({ name }) => name === 'huge')?.reasons.length).toBeGreaterThan(0);
    expect(notWanted).toBe(1);
    expect(findings.map(({ id }) => id)).toEqual(['fencing-never-tested']);
    expect(scenario.lines).toEqual([]);
    expect(before.doubleStarts).toEqual([]);
  });

  it('has definitions on the quorum disk and on the targets looked at', async () => {
    await begun();
    scenario.do({ name: 'tamper', given: ['web'] });
    scenario.do({ name: 'start-fails', given: ['db', 'n2'] });
    scenario.do({ name: 'start-fails', given: ['db', 'n3'] });
    await scenario.runUntil(scenario.now);
    const { vms } = await after(60, rehearse(hostOf('n2'), 'n1'));
    expect(vms.find(({ name }) => name === 'web')).toMatchObject({ outcome: 'refused' });
    expect(vms.find(({ name }) => name === 'db')).toMatchObject({
      outcome: 'starts',
      problems: ['db cannot be started here.'],
    });
  });

  it('says that the others would have no quorum', async () => {
    await begun();
    scenario.cluster.kill('n3');
    await scenario.runUntil(scenario.now + 60_000);
    const { findings } = await after(60, rehearse(hostOf('n2'), 'n1'));
    expect(findings.map(({ id }) => id)).toContain('drill-no-quorum');
  });

  it.each([
    ['a host that is down', 'n1', 'conflict'],
    ['itself', 'n2', 'conflict'],
    ['a stranger', 'n9', 'invalid-input'],
  ])('is not for %s', async (_case, target, kind) => {
    await begun();
    scenario.cluster.kill('n1');
    await scenario.runUntil(scenario.now + 60_000);
    await expect(after(60, rehearse(hostOf('n2'), target))).rejects.toMatchObject({ info: { kind } });
  });
});

describe('a real drill', () => {
  const drill = async (): Promise<void> => {
    const rehearsal = await after(60, rehearse(hostOf('n2'), 'n1'));
    const begin = beginDrill(hostOf('n2'), 'n1', {
      by: 'anna@desk',
      expected: expectedOf(rehearsal),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    await after(180, begin);
  };

  it('is a takeover, whose record says that it is a drill and what was expected', async () => {
    await begun();
    await drill();
    const [record] = (await listRecords(hostOf('n3').paths)).filter(({ kind }) => kind === 'takeover');
    expect(record?.times.ended).toBeDefined();
    expect(record?.drill?.by).toBe('anna@desk');
    const happened = record?.vms
      .filter(({ outcome }) => outcome === 'running' || outcome === 'stays-down')
      .map(({ uuid, host = null }) => [uuid, host]);
    expect(Object.fromEntries(happened ?? [])).toEqual(record?.drill?.expected);
    expect(scenario.cluster.guests.doubleStarts).toEqual([]);
  });

  it('is over with its takeover: the next failure is none', async () => {
    await begun();
    await drill();
    scenario.cluster.kill('n1');
    await scenario.runUntil(scenario.now + 120_000);
    const records = await listRecords(hostOf('n3').paths);
    expect(records.filter(({ kind, drill: is }) => kind === 'takeover' && is !== undefined)).toHaveLength(1);
    expect((await hostOf('n3').engine.documents('drill-')).size).toBe(0);
  });

  it('is over when the host is back, also if nobody has taken it over', async () => {
    await begun();
    const drill = { by: 'anna@desk', at: scenario.now, expected: {} };
    await after(5, hostOf('n2').engine.createDocument('drill-n1', JSON.stringify(drill)));
    scenario.do({ name: 'kill', given: [] });
    await scenario.runUntil(scenario.now + 10_000);
    scenario.do({ name: 'boot', given: [] });
    await scenario.runUntil(scenario.now + 300_000);
    expect(scenario.lines.filter((line) => line.includes('takeover'))).toEqual([]);
    expect((await hostOf('n2').engine.documents('drill-')).size).toBe(0);
  });

  it('is none if the host is not fenced', async () => {
    await begun();
    scenario.do({ name: 'fencing-fails', given: ['n1'] });
    await drill();
    expect((await hostOf('n2').engine.documents('drill-')).size).toBe(0);
    expect(scenario.lines.filter((line) => line.includes('takeover'))).toEqual([]);
  });
});
