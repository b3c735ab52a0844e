import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseCommands } from './run/commands.ts';
import { outcomeOf, outcomeText } from './run/outcome.ts';
import { Scenario, scenarioClusterSchema } from './run/scenario.ts';

/**
 * A folder each: `cluster.json`, `commands`, and `expected.log`, which is the assertion. `UPDATE=1` writes it anew: only when
 * the difference is understood.
 */
const here = dirname(fileURLToPath(import.meta.url));
const folders = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'run')
  .map(({ name }) => name);

describe('scenarios', () => {
  it.each(folders)('%s', { timeout: 60_000 }, async (name) => {
    const read = (file: string): string => readFileSync(join(here, name, file), 'utf8');
    const description = scenarioClusterSchema.parse(JSON.parse(read('cluster.json')));
    const scenario = new Scenario(description, parseCommands(read('commands')));
    await scenario.run();
    const began = scenario.clock.now() - scenario.now;
    const outcome = outcomeText(await outcomeOf(scenario.cluster), began);
    scenario.cluster.close();
    const log = `${[...scenario.lines, ...outcome].join('\n')}\n`;
    expect(scenario.defects).toEqual([]);
    expect(scenario.cluster.guests.doubleStarts).toEqual([]);
    if (process.env.UPDATE === '1') writeFileSync(join(here, name, 'expected.log'), log);
    expect(log).toBe(read('expected.log'));
  });
});
