import { execFileSync } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBrowser } from '../../support/browser.ts';
import {
  failAndDeployAgain,
  fillWizard,
  heading,
  reviewAndDeploy,
  untilDeployed,
} from '../console/deployment.ts';
import type { FirstMinuteOptions, FreshConsole } from './firstMinute.ts';
import { breakIt, openRecord, openTab, startEmbedded } from './steps.ts';

const second = 'embedded-2';

/** What somebody without any host does to see a deployment, on bare embedded hosts, and what can go wrong with it; each step builds on the one before. */
export function theDeployment(where: string, { open, examine }: FirstMinuteOptions): void {
  let browser: Browser;
  let console_: FreshConsole;
  let page: Page;
  const findings: string[] = [];
  /** Errors the page itself reported. */
  const pageErrors: string[] = [];
  let failedBefore = false;

  const look = async (step: string): Promise<void> => void findings.push(...(await examine(page, step)));
  /** What is deployed is a cluster from the moment on when one of its hosts tells of it. */
  const toBreaking = async (): Promise<void> => {
    const navigation = page.getByRole('navigation', { name: 'Main' });
    await navigation
      .getByRole('link', { name: 'Embedded cluster', exact: true })
      .or(navigation.getByRole('link', { name: 'Overview', exact: true }))
      .click();
  };

  describe(`deployment on embedded hosts, ${where}`, { concurrent: false }, () => {
    beforeAll(async () => {
      execFileSync(process.execPath, ['scripts/build.mjs', '--quiet'], { stdio: 'inherit' });
      browser = await openBrowser();
      console_ = await open(browser);
      ({ page } = console_);
      page.setDefaultTimeout(20_000);
      page.on('pageerror', (error) => pageErrors.push(error.message));
    }, 60_000);
    afterAll(async () => {
      await console_?.close();
      await browser?.close();
    });
    beforeEach(({ skip }) => skip(failedBefore, 'a step before it has failed'));
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') {
        failedBefore = true;
        const name = `${where} ${task.name}`.replaceAll(/[^a-z0-9]+/gi, '-');
        await page.screenshot({ path: `test-results/${name}.png` });
      }
      expect([...findings.splice(0), ...pageErrors.splice(0)]).toEqual([]);
    });

    test('bare hosts come up and lead to the wizard', async () => {
      await startEmbedded(page, { speed: 'Five times as fast', bare: true });
      await look('embedded-bare');
      await page.getByRole('main').getByRole('link', { name: 'Deploy a cluster' }).click();
      await heading(page, 'Choose hosts');
    });

    test('the wizard proposes what the hosts have, and preflight finds it good', async () => {
      await fillWizard(page, null, look);
    });

    test('a host that dies in the middle is named, and a second run finishes', {
      timeout: 300_000,
    }, async () => {
      await reviewAndDeploy(page, look);
      await toBreaking();
      await breakIt(page, `Kill ${second}`);
      await openTab(page, 'Deploy');
      await failAndDeployAgain(page, second, look, async () => {
        await toBreaking();
        await breakIt(page, `Boot ${second}`);
        await page.getByRole('button', { name: `Kill ${second}` }).waitFor({ timeout: 60_000 });
        await openTab(page, 'Deploy');
      });
      await untilDeployed(page, look);
      await page.getByRole('link', { name: 'Open e2e' }).click();
      await page.getByText('3 of 3 in membership').waitFor({ timeout: 60_000 });
      await page.getByText('3 of 3 at home').waitFor({ timeout: 60_000 });
    });

    test('what was deployed takes over from a host that is killed', { timeout: 180_000 }, async () => {
      // Until then nobody would know of the VMs.
      await page.getByText('definitions current').waitFor({ timeout: 60_000 });
      await breakIt(page, 'Kill embedded-3');
      await page.getByText(/Takeover of embedded-3 goes on/).waitFor({ timeout: 60_000 });
      await openRecord(page, 'embedded-3');
      await page.getByText('3 of 3', { exact: true }).waitFor({ timeout: 120_000 });
      await page.getByText('Ended', { exact: true }).first().waitFor({ timeout: 60_000 });
      await breakIt(page, 'Boot embedded-3');
      await openTab(page, 'Overview');
      await page.getByText('3 of 3 in membership').waitFor({ timeout: 60_000 });
      await page.getByText('3 of 3 at home').waitFor({ timeout: 60_000 });
    });

    test('it is taken off all hosts again, which are bare then', { timeout: 180_000 }, async () => {
      await page.getByRole('button', { name: 'Cluster', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Remove cluster' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox').fill('e2e');
      await look('remove-cluster');
      await dialog.getByRole('button', { name: 'Remove cluster' }).click();
      await heading(page, 'Remove e2e');
      await page.getByRole('status').getByText('Done', { exact: true }).first().waitFor({ timeout: 120_000 });
      await openTab(page, 'Embedded cluster');
      await heading(page, 'They are bare');
    });
  });
}
