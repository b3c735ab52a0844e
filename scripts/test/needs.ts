import { sshdPackages } from '../../electron/console/ssh/testing/prerequisites.ts';
import { chromiumPackages } from '../../test/e2e/prerequisites.ts';
import { labPackages } from '../../test/lab/prerequisites.ts';
import { ensurePackages } from './debian.ts';
import type { Need } from './suites.ts';

const packages: Record<Need, readonly string[]> = {
  sshd: sshdPackages,
  lab: labPackages,
  chromium: chromiumPackages,
  // crm_simulate, which the planner is compared with.
  pacemaker: ['pacemaker-cli-utils'],
};

const answers = new Map<Need, Promise<string | null>>();

/** Null when the need is met (after installing what was missing), else the reason to leave the suite out. */
export function ensureNeed(need: Need, say: (line: string) => void): Promise<string | null> {
  const known = answers.get(need);
  if (known !== undefined) return known;
  const answer =
    need === 'lab' && process.getuid?.() !== 0
      ? Promise.resolve('hosts of the lab are containers: run the tests as root on Debian')
      : ensurePackages(packages[need], say);
  answers.set(need, answer);
  return answer;
}
