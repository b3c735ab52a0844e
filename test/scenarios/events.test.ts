import { describe, expect, it } from 'vitest';
import { type ClusterEvent, mergeEvents } from '../../src/contract/events.ts';
import { readJournal } from '../../src/host/history/journal.ts';
import { parseCommands } from './run/commands.ts';
import { bootOf, Scenario, scenarioClusterSchema } from './run/scenario.ts';

const description = scenarioClusterSchema.parse({
  hosts: [{ name: 'n1' }, { name: 'n2' }, { name: 'n3' }],
  vms: [{ name: 'web', host: 'n1' }],
});

async function journals(commands: string): Promise<Record<string, ClusterEvent[]>> {
  const scenario = new Scenario(description, parseCommands(commands));
  await scenario.run();
  const { cluster } = scenario;
  const found: Record<string, ClusterEvent[]> = {};
  for (const name of cluster.hosts.keys()) {
    found[name] = (await readJournal(cluster.program(bootOf(cluster, name)).host)).events;
  }
  cluster.close();
  return found;
}

const shown = (events: readonly ClusterEvent[]): string[] =>
  events
    .filter(({ kind }) => kind !== 'host-returned' && kind !== 'rejoined')
    .map(({ kind, host, subject, until }) =>
      [kind, host ?? subject, until === undefined ? '' : 'over'].join(' ').trim(),
    )
    .reverse();

describe('the events of a cluster', () => {
  it('have a link that was cut and mended, without a console, once for both its ends', async () => {
    const { n1 = [], n2 = [], n3 = [] } = await journals('at 5s cut-link 1 n1\nat 60s heal\nuntil 400s');
    const links = (...others: string[]) => others.map((ends) => `link-lost link 1 ${ends} over`);
    expect(
      shown(n1)
        .filter((text) => text.startsWith('link'))
        .sort(),
    ).toEqual(links('n1 n2', 'n1 n3'));
    const merged = shown(mergeEvents(n1, n2, n3)).filter((text) => text.startsWith('link'));
    expect(merged.sort()).toEqual(links('n1 n2', 'n1 n3'));
  });

  it('do not have the links of hosts that lost each other altogether', async () => {
    const { n1 = [], n2 = [] } = await journals('at 5s partition n1\nat 60s heal\nuntil 400s');
    expect(shown(n1).filter((text) => text.startsWith('link'))).toEqual([]);
    expect(shown(n2).filter((text) => text.startsWith('link'))).toEqual([]);
    expect(shown(n1)).toEqual(expect.arrayContaining(['host-lost n1', 'host-lost n2', 'host-lost n3']));
  });

  it('are known to the host that was lost, once it is back', async () => {
    const { n1 = [], n2 = [] } = await journals('at 5s kill n1\nat 200s boot n1\nuntil 600s');
    const expected = ['policy-changed', 'host-lost n1', 'fenced n1'];
    expect(shown(n2)).toEqual(expected);
    expect(shown(n1)).toEqual(expected);
  });

  it('have the return of a host that others saw, and none of hosts that came up together', async () => {
    const returned = (events: readonly ClusterEvent[] = []) =>
      events.filter(({ kind }) => kind === 'host-returned').map(({ host }) => host);
    const late = await journals('at 0s kill\nat 5s boot n1 n2\nat 60s boot n3\nuntil 300s');
    expect(returned(late['n1'])).toEqual(['n3']);
    const together = await journals('at 0s kill\nat 5s boot\nuntil 300s');
    expect(returned(together['n1'])).toEqual([]);
  });

  it('have a sync that fails and works again, also on hosts that did not see it', async () => {
    const { n3 = [] } = await journals(
      'at 1s read-only-disk n1\nat 2s vm-shutdown web\nat 200s repair-disk n1\nuntil 600s',
    );
    expect(shown(n3).filter((text) => text.startsWith('sync'))).toEqual(['sync-failed n1 over']);
  });
});
