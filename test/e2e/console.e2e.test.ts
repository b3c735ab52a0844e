import { execFileSync } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Lab } from '../lab/lab.ts';
import { openBrowser } from '../support/browser.ts';
import {
  failAndDeployAgain,
  fillWizard,
  reviewAndDeploy,
  untilChanging,
  untilDeployed,
} from './console/deployment.ts';
import { addHost, answerSecret } from './console/hosts.ts';
import { examine } from './console/look.ts';
import { startWebConsole, type WebConsole } from './console/webConsole.ts';

/**
 * What an admin does with three bare hosts, in a real browser, on real hosts; each step builds on the one before. A wait
 * for something to be seen is the assertion here: it fails when it is not.
 */

let lab: Lab;
let web: WebConsole;
let browser: Browser;
let page: Page;
/** Errors the page itself reported; a browser logs refused styles and scripts here. */
const pageErrors: string[] = [];

const host = (name: string): Lab['hosts'][number] => {
  const found = lab.hosts.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no host ${name}`);
  return found;
};

beforeAll(async () => {
  execFileSync(process.execPath, ['scripts/build.mjs', '--quiet'], { stdio: 'inherit' });
  lab = await Lab.fresh({ name: 'e2e', hosts: 3 });
  web = await startWebConsole();
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(20_000);
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(message.text());
  });
  page.on('pageerror', (error) => pageErrors.push(error.message));
  await page.goto(web.address);
});

afterAll(async () => {
  await browser?.close();
  await web?.close();
  await lab?.down();
});

/** Each step needs the ones before it; without them it would only wait in vain. */
let failedBefore = false;

beforeEach(({ skip }) => skip(failedBefore, 'a step before it has failed'));

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    failedBefore = true;
    await page.screenshot({ path: `test-results/${task.name.replaceAll(/[^a-z0-9]+/gi, '-')}.png` });
  }
  expect(pageErrors.splice(0)).toEqual([]);
});

describe('the console in a browser', { concurrent: false }, () => {
  test('an empty console says how to begin', async () => {
    await page.getByText('No hosts yet').waitFor();
    expect(await examine(page, 'start')).toEqual([]);
  });

  test('a host is added with a key, after its fingerprint was compared', async () => {
    await addHost(page, host('n1'), { user: 'root', identityFile: lab.sshKeyPath });
    await page.getByText('No host program').waitFor();
  });

  test('a wrong password is said to be wrong and asked for again', async () => {
    await addHost(page, host('n2'), { user: 'root', secrets: ['not the password'] });
    await page.getByRole('dialog').getByText('The host did not accept this password').waitFor();
    await answerSecret(page, 'minime-lab');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByText('No host program').nth(1).waitFor();
  });

  test('a user without root rights of their own uses sudo', async () => {
    await addHost(page, host('n3'), { user: 'admin', identityFile: lab.sshKeyPath, secrets: ['minime-lab'] });
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await examine(page, 'hosts-bare')).toEqual([]);
  });

  test('a deployment whose host dies in the middle says so', { timeout: 600_000 }, async () => {
    const findings: string[] = [];
    const look = async (step: string): Promise<void> => {
      // A picture with something to see on it.
      if (step === 'deploy-running') await page.waitForTimeout(5_000);
      findings.push(...(await examine(page, step)));
    };
    await fillWizard(page, lab, look);
    await reviewAndDeploy(page, look);
    await untilChanging(page);
    await lab.kill('n3');
    await failAndDeployAgain(page, 'n3', look, () => lab.boot('n3'));
    expect(findings).toEqual([]);
  });

  test('run again, it finishes what is missing', { timeout: 600_000 }, async () => {
    const findings: string[] = [];
    await untilDeployed(page, async (step) => void findings.push(...(await examine(page, step))));
    expect(findings).toEqual([]);
  });

  test('the overview shows a whole cluster', async () => {
    await page.getByRole('link', { name: 'Open e2e' }).click();
    await page.getByText('3 of 3 in membership').waitFor({ timeout: 60_000 });
    await page.getByText('18 of 18 up').waitFor({ timeout: 30_000 });
    await page.getByText('3 of 3 at home').waitFor();
    expect(await examine(page, 'overview')).toEqual([]);
  });

  test('a VM appears when it is defined, with its definition on the quorum disk, and runs when it is started', async () => {
    const names = ['web 1', 'Buchhaltung "Süd"', 'mail'];
    for (const name of names) await lab.addVm('n1', { name });
    await lab.addVm('n2', { name: 'test-local', disk: 'local' });
    await page.getByRole('link', { name: 'Virtual machines' }).click();
    for (const name of names) {
      await page.getByRole('row').filter({ hasText: name }).getByText('current').waitFor({ timeout: 30_000 });
    }
    await lab.startVm('n1', 'web 1');
    await page.getByRole('row').filter({ hasText: 'web 1' }).getByText('running').waitFor();
    await page.getByRole('row').filter({ hasText: 'test-local' }).getByText('unprotected').waitFor();
    expect(await examine(page, 'vms')).toEqual([]);
  });

  test('the page comes back as it was after a reload', async () => {
    await page.reload();
    await page.getByRole('row').filter({ hasText: 'web 1' }).getByText('running').waitFor();
  });

  test('the hosts and one host are shown', async () => {
    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: 'Hosts', exact: true })
      .click();
    await page.getByRole('link', { name: 'n1', exact: true }).waitFor();
    expect(await examine(page, 'hosts')).toEqual([]);
    await page.getByRole('link', { name: 'n1', exact: true }).click();
    await page.getByRole('heading', { name: 'n1' }).waitFor();
    expect(await examine(page, 'host')).toEqual([]);
    for (const screen of ['Activity', 'Settings']) {
      await page.getByRole('link', { name: screen, exact: true }).click();
      await page.getByRole('heading', { name: screen }).waitFor();
      expect(await examine(page, screen.toLowerCase())).toEqual([]);
    }
  });

  test('a heartbeat link that is cut is said to be down', async () => {
    await lab.cutLink('n3', 2);
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText('link 1 not whole').waitFor({ timeout: 30_000 });
    expect(await examine(page, 'overview-link-down')).toEqual([]);
    await lab.mendLink('n3', 2);
    await page.getByText('18 of 18 up').waitFor({ timeout: 30_000 });
  });

  test('a host that dies is unreachable at once, with the age of what is known, and never fine', async () => {
    await lab.kill('n3');
    await page.getByText(/2 of 3 in membership/).waitFor({ timeout: 60_000 });
    await page
      .getByText(/last heard/)
      .first()
      .waitFor();
    expect(await examine(page, 'overview-host-down')).toEqual([]);
    await lab.boot('n3');
    await page.getByText('3 of 3 in membership').waitFor({ timeout: 120_000 });
  });
});
