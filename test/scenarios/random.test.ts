import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { disasters, repairs, survive } from './run/random.ts';

/**
 * Counted, not timed, so that they are the same on every machine; some 120 ms each. `SCENARIO_RUNS` for more, `SCENARIO_SEED` for
 * other ones (it is printed with a failure).
 */
const runs = Number(process.env.SCENARIO_RUNS ?? 300);
const seed = Number(process.env.SCENARIO_SEED ?? 20_260_101);

describe('whatever happens to a cluster', () => {
  it('runs every VM that should run exactly once when it is over', {
    timeout: 120_000 + runs * 1000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(disasters, async (disaster) => {
        const { wrong } = await survive(disaster);
        expect(wrong).toEqual([]);
      }),
      {
        seed,
        numRuns: runs,
        endOnFailure: false,
      },
    );
  });
});

describe('the owner of a takeover dies', () => {
  const cluster = {
    hosts: ['n1', 'n2', 'n3', 'n4', 'n5'].map((name) => ({ name })),
    vms: [
      { name: 'db', host: 'n1', memory: 2, agent: 2 },
      { name: 'web', host: 'n1', memory: 2 },
      { name: 'mail', host: 'n1' },
      { name: 'wiki', host: 'n2' },
    ],
    policy: {
      tiers: [
        { name: 'First', vms: ['db'], readiness: { kind: 'guest-agent', timeoutS: 20 } },
        { name: 'Rest', vms: ['web', 'mail', 'wiki'] },
      ],
    },
  };
  const script = (...more: string[]): string =>
    ['at 0s start-fails web n3 1', 'at 0s kill n1', ...more, ...repairs(120), 'until 300s'].join('\n');

  it.each(['kill-owner', 'kill-takeover'])(
    '%s, after each step that is journaled',
    { timeout: 300_000 },
    async (how) => {
      const undisturbed = await survive({ cluster, commands: script() });
      expect(undisturbed.wrong).toEqual([]);
      const steps = undisturbed.log.filter((line) => line.includes('journal of')).length;
      expect(steps).toBeGreaterThan(12);
      for (let step = 1; step <= steps; step++) {
        const { wrong, log } = await survive({ cluster, commands: script(`when any ${step} ${how}`) });
        expect(wrong, `after step ${step}:\n${log.join('\n')}`).toEqual([]);
      }
    },
  );
});
