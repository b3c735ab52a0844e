import { afterAll, beforeAll, describe } from 'vitest';
import { deployingTests } from './deployment/deploying.ts';
import { membershipTests } from './deployment/membership.ts';
import { preflightTests } from './deployment/preflights.ts';
import { runningTests } from './deployment/running.ts';
import { DeploymentSite } from './deployment/site.ts';

/** Real packages, Corosync, Pacemaker and SBD on real hosts, from bare to bare. */
describe.sequential('deployment', () => {
  let opened: DeploymentSite | undefined;
  const site = (): DeploymentSite => {
    if (opened === undefined) throw new Error('it is opened before the tests');
    return opened;
  };

  beforeAll(async () => {
    opened = await DeploymentSite.open();
  });
  afterAll(() => opened?.close());

  preflightTests(site);
  deployingTests(site);
  runningTests(site);
  membershipTests(site);
});
