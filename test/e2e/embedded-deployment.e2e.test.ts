import { execFileSync } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { next, reviewAndDeploy, untilDeployed } from './console/deployment.ts';
import { examine, findingsInBothThemes } from './console/look.ts';
import { type FreshConsole, openWebConsole } from './embedded/firstMinute.ts';
import { breakIt, openTab, startEmbedded } from './embedded/steps.ts';

/** Somebody without any host tries the deployment itself, and breaks what it made. Each step builds on the one before. */
describe.sequential('deployment on embedded hosts', () => {
  let browser: Browser;
  let console_: FreshConsole;
  let page: Page;
  let failedBefore = false;

  beforeAll(async () => {
    execFileSync(process.execPath, ['scripts/build.mjs', '--quiet'], { stdio: 'inherit' });
    browser = await openBrowser();
    console_ = await openWebConsole(browser);
    ({ page } = console_);
    page.setDefaultTimeout(20_000);
  }, 60_000);
  afterAll(async () => {
    await console_?.close();
    await browser?.close();
  });
  beforeEach(({ skip }) => {
    if (failedBefore) skip('the step before failed');
  });
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') failedBefore = true;
  });

  const heading = async (name: string): Promise<void> => {
    await page.getByRole('heading', { name, exact: true }).waitFor();
  };
  const found = async (name: string) => expect(await findingsInBothThemes(page, name)).toEqual([]);

  test('bare hosts come up and lead to the wizard', async () => {
    await startEmbedded(page, { speed: 'Five times as fast', bare: true });
    expect(await examine(page, 'embedded-bare')).toEqual([]);
    await page.getByRole('main').getByRole('link', { name: 'Deploy a cluster' }).click();
    await heading('Choose hosts');
  });

  test('the wizard proposes what the hosts have, and preflight finds it good', async () => {
    for (const box of await page.getByRole('checkbox', { name: /^Choose / }).all()) await box.check();
    await next(page, 'Next');
    await heading('Names and heartbeat');
    await page.getByLabel('Cluster name').fill('e2e');
    await next(page, 'Next');
    await heading('Storage');
    await found('storage');
    await next(page, 'Next');
    await heading('Fencing');
    await found('fencing');
    await next(page, 'Check hosts');
    await heading('Preflight');
  });

  test('it is deployed and verified', { timeout: 240_000 }, async () => {
    await reviewAndDeploy(page, () => Promise.resolve());
    await untilDeployed(page, async () => undefined);
    await page.getByRole('link', { name: 'Open e2e' }).click();
    await page.getByText('3 of 3 in membership').waitFor({ timeout: 60_000 });
    await page.getByText('3 of 3 at home').waitFor({ timeout: 60_000 });
    await page.getByText('12 running', { exact: true }).waitFor({ timeout: 60_000 });
  });

  test('what was deployed takes over from a host that is killed', { timeout: 180_000 }, async () => {
    // Until then nobody would know of the VMs.
    await page.getByText('definitions current').waitFor({ timeout: 60_000 });
    await breakIt(page, 'Kill embedded-3');
    await page.getByText(/Takeover of embedded-3 goes on/).waitFor({ timeout: 60_000 });
    await openTab(page, 'History');
    await page.getByRole('link', { name: 'Takeover of embedded-3' }).first().click();
    await page.getByText('3 of 3', { exact: true }).waitFor({ timeout: 120_000 });
  });
});
