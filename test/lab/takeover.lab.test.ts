import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { byHandTests } from './takeover/byHand.ts';
import { fencingTests } from './takeover/fencing.ts';
import { goodOrderTests } from './takeover/goodOrder.ts';
import { manyHostTests } from './takeover/manyHosts.ts';
import { networkTests } from './takeover/networks.ts';
import { oneHostTests } from './takeover/oneHost.ts';
import { ownerTests } from './takeover/owners.ts';
import { quorumDiskTests } from './takeover/quorumDisks.ts';
import { returningTests } from './takeover/returning.ts';
import { isFull, Site } from './takeover/site.ts';

/**
 * Disasters of real hosts with real VMs: the commonest ones, all of them with `MINIME_LAB_FULL=1`, and on more hosts than three with
 * `MINIME_LAB_HOSTS=5`. After each of them every VM that should run does so exactly once, by the word of every host and by what it
 * writes to its disk; each test leaves the site as it found it.
 */
describe.sequential('takeover', () => {
  let opened: Site | undefined;
  const site = (): Site => {
    if (opened === undefined) throw new Error('it is opened before the tests');
    return opened;
  };

  beforeAll(async () => {
    opened = await Site.open();
    await opened.setPolicy();
    await opened.untilQuiet();
    await opened.expectExactlyOnce();
  });
  afterAll(() => opened?.close());
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail' && opened !== undefined) console.log(await opened.log());
  });

  oneHostTests(site);
  returningTests(site);
  describe.runIf(isFull)('more disasters', () => {
    byHandTests(site);
    quorumDiskTests(site);
    networkTests(site);
    manyHostTests(site);
    goodOrderTests(site);
    fencingTests(site);
    ownerTests(site);
  });
});
