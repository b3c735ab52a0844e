import { execFileSync } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBrowser } from '../../support/browser.ts';
import { addHost } from '../console/hosts.ts';
import { axeFindings } from '../console/look.ts';
import { startWebConsole } from '../console/webConsole.ts';
import { carry, order, pointOf, vmRow } from '../priorities/drag.ts';
import { breakIt, openRecord, openTab, startEmbedded, waysTo } from './steps.ts';

/** A console that has just been started for the first time. */
export interface FreshConsole {
  page: Page;
  /** Where it keeps its state. */
  dataFolder: string;
  close: () => Promise<void>;
}

export interface FirstMinuteOptions {
  /** Opened in `browser`, or in whatever it brings along. */
  open: (browser: Browser) => Promise<FreshConsole>;
  /** What axe finds on the screen that is shown; `name`: what a picture of it would be called. */
  examine: (page: Page, name: string) => Promise<string[]>;
}

const review = async (on: Page): Promise<void> => {
  await on.getByRole('button', { name: 'Review and apply' }).click();
  await on.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
};

const moveDown = async (on: Page, vm: string): Promise<void> => {
  await vmRow(on, vm).focus();
  await on.keyboard.press('Alt+ArrowDown');
  await on.getByText('1 change not applied').waitFor();
};

export async function openWebConsole(browser: Browser): Promise<FreshConsole> {
  const web = await startWebConsole();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(web.address);
  return { page, dataFolder: web.dataFolder, close: web.close };
}

/** What somebody without any host does with Minime, on the embedded cluster, from the first screen; each step builds on the one before. */
export function theFirstMinute(where: string, { open, examine }: FirstMinuteOptions): void {
  let browser: Browser;
  let first: FreshConsole;
  let page: Page;
  /** Of another admin. */
  let second: FreshConsole | undefined;
  /** Errors the pages themselves reported; a browser logs refused styles and scripts here. */
  const pageErrors: string[] = [];
  /** Each step needs the ones before it; without them it would only wait in vain. */
  let failedBefore = false;

  const watched = ({ page: opened, ...rest }: FreshConsole): FreshConsole => {
    opened.setDefaultTimeout(20_000);
    opened.on('console', (message) => {
      if (message.type() === 'error') pageErrors.push(message.text());
    });
    opened.on('pageerror', (error) => pageErrors.push(error.message));
    return { page: opened, ...rest };
  };
  const other = (): Page => {
    if (second === undefined) throw new Error('there is no second console');
    return second.page;
  };

  describe(`the first minute, ${where}`, { concurrent: false }, () => {
    beforeAll(async () => {
      execFileSync(process.execPath, ['scripts/build.mjs', '--quiet'], { stdio: 'inherit' });
      browser = await openBrowser();
      first = watched(await open(browser));
      ({ page } = first);
    }, 60_000);

    afterAll(async () => {
      await first?.close();
      await second?.close();
      await browser?.close();
    });

    beforeEach(({ skip }) => skip(failedBefore, 'a step before it has failed'));

    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') {
        failedBefore = true;
        const name = `${where} ${task.name}`.replaceAll(/[^a-z0-9]+/gi, '-');
        await page.screenshot({ path: `test-results/${name}.png` });
        await second?.page.screenshot({ path: `test-results/${name}-second.png` });
      }
      expect(pageErrors.splice(0)).toEqual([]);
    });

    test('two clicks lead to a running cluster with a dozen VMs', { timeout: 120_000 }, async () => {
      await page.getByText('No hosts yet').waitFor();
      await startEmbedded(page);
      await page.getByText(/embedded-3: 3 VMs would run again/).waitFor();
      expect(await examine(page, 'embedded-overview')).toEqual([]);
    });

    test('the tour leads from screen to screen and can be left', async () => {
      await page.getByRole('button', { name: 'Take the tour' }).click();
      const tour = page.getByRole('complementary', { name: 'Tour' });
      await tour.getByRole('heading', { name: 'What is wrong right now' }).waitFor();
      expect(await examine(page, 'tour')).toEqual([]);
      for (const _ of [2, 3]) await tour.getByRole('button', { name: 'Next' }).click();
      await page.getByRole('heading', { name: 'Priorities of embedded' }).waitFor();
      await tour.getByRole('button', { name: 'Skip the tour' }).click();
      await tour.waitFor({ state: 'detached' });
    });

    test('a VM is dragged before another, and what a failure would do follows', async () => {
      await page.getByRole('button', { name: /^embedded-3/ }).click();
      await page.getByRole('button', { name: /^embedded-1/, pressed: true }).click();
      await page.getByText('3 VMs would start').waitFor();
      expect((await order(page)).slice(0, 5)).toEqual([
        'Infrastructure',
        'dns',
        'directory',
        'Databases',
        'db',
      ]);
      await carry(page, vmRow(page, 'erp'), await pointOf(vmRow(page, 'dns'), 'top'));
      await page.getByText('With erp in tier Infrastructure, before dns:').waitFor();
      await page.mouse.up();
      await page.getByText('With your draft:').waitFor();
      expect((await order(page)).slice(0, 5)).toEqual([
        'Infrastructure',
        'erp',
        'dns',
        'directory',
        'Databases',
      ]);
      expect(await examine(page, 'priorities')).toEqual([]);
    });

    test('by keyboard a VM moves on, and all of it is reviewed and applied', async () => {
      await vmRow(page, 'wiki').focus();
      for (let step = 0; step < 4; step++) await page.keyboard.press('Alt+ArrowUp');
      const now = await order(page);
      expect(now.slice(now.indexOf('Services'))[1]).toBe('wiki');
      await page.getByRole('button', { name: 'Review and apply' }).click();
      await page.getByRole('dialog').getByText(/wiki/).first().waitFor();
      expect(await examine(page, 'priorities-review')).toEqual([]);
      await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
      await page.getByText(/Applied as revision 2/).waitFor();
    });

    test('a host is added in a second console, after its fingerprint was compared', async () => {
      second = watched(await openWebConsole(browser));
      const { host, identityFile } = waysTo(first.dataFolder, 'embedded-1');
      await addHost(other(), host, { user: 'root', identityFile });
      await other().getByRole('link', { name: 'Open embedded' }).click();
      await openTab(other(), 'Priorities');
      await other()
        .getByText(/Revision 2/)
        .waitFor();
    });

    test('the second of two consoles that edit at once is told, sees both, and puts its own on top', async () => {
      await moveDown(other(), 'web-1');
      await moveDown(page, 'mail');
      await review(other());
      await other()
        .getByText(/Applied as revision 3/)
        .waitFor();
      await page
        .getByText(/applied revision 3 while you were editing revision 2/)
        .first()
        .waitFor();
      await page.getByRole('button', { name: 'See both and decide' }).click();
      const conflict = page.getByRole('dialog');
      await conflict
        .getByRole('region', { name: /^What (?!you).* changed$/ })
        .getByText(/web-1|files/)
        .first()
        .waitFor();
      await conflict.getByRole('region', { name: 'What you changed' }).getByText(/mail/).first().waitFor();
      expect(await examine(page, 'priorities-conflict')).toEqual([]);
      await conflict.getByRole('button', { name: 'Put my changes on top' }).click();
      await review(page);
      await page.getByText(/Applied as revision 4/).waitFor();
      await other()
        .getByText(/Revision 4/)
        .waitFor();
    });

    test('a host that nobody answers for is said to be unreachable, with what to do', async () => {
      await other()
        .getByRole('navigation', { name: 'Main' })
        .getByRole('link', { name: 'Hosts without a cluster' })
        .click();
      await other().getByRole('button', { name: 'Add host' }).first().click();
      const dialog = other().getByRole('dialog', { name: 'Add host' });
      await dialog.getByLabel('Address').fill('127.0.0.1');
      await dialog.getByLabel('Port').fill('1');
      await dialog.getByRole('button', { name: 'Add host' }).click();
      await other()
        .getByText(/cannot be reached/)
        .first()
        .waitFor();
      expect(await axeFindings(other())).toEqual([]);
    });

    test('rules, thresholds, takeover, fire drill, notifications and a virtual IP are on the screen', {
      timeout: 120_000,
    }, async () => {
      const findings: string[] = [];
      const look = async (name: string) => void findings.push(...(await examine(page, name)));
      for (const tab of ['Rules', 'Thresholds', 'Takeover']) {
        await page.getByRole('tab', { name: tab }).click();
        await look(`priorities-${tab.toLowerCase()}`);
      }
      await openTab(page, 'Notifications');
      await page.getByText('Nobody has set any yet').waitFor();
      await look('notifications');
      await openTab(page, 'Fire drill');
      await page.getByLabel('Host', { exact: true }).selectOption('embedded-3');
      await page.getByRole('button', { name: 'Dry run' }).click();
      await page.getByRole('heading', { name: 'If embedded-3 failed now' }).waitFor();
      await look('drill');
      await page.getByRole('button', { name: 'Real drill…' }).click();
      await look('drill-confirm');
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
      await openTab(page, 'Overview');
      await page.getByRole('button', { name: 'Add virtual IP' }).click();
      const dialog = page.getByRole('dialog', { name: 'Add virtual IP' });
      await dialog.getByLabel('Name').fill('storage');
      await dialog.getByLabel('Address').fill('192.0.2.10/24');
      await look('virtual-ip-add');
      await dialog.getByRole('button', { name: 'Add virtual IP' }).click();
      await dialog.waitFor({ state: 'detached' });
      await page
        .getByText(/192\.0\.2\.10/)
        .first()
        .waitFor();
      expect(findings).toEqual([]);
    });

    test('a third click kills a host, and its VMs start on the others in order', {
      timeout: 180_000,
    }, async () => {
      await openTab(page, 'Overview');
      await breakIt(page, 'Kill embedded-3');
      await page.getByText(/Takeover of embedded-3 goes on/).waitFor({ timeout: 60_000 });
      expect(await examine(page, 'overview-takeover')).toEqual([]);
      await openRecord(page, 'embedded-3');
      // The page is loaded anew in the middle of it: it goes on, and is shown again.
      await page.reload();
      await page.getByText('Going on').first().waitFor();
      await page.getByText('3 of 3', { exact: true }).waitFor({ timeout: 120_000 });
      await page.getByText('Ended', { exact: true }).first().waitFor({ timeout: 60_000 });
    });

    test('the record tells where each VM went, when, and why', async () => {
      await page.getByRole('button', { name: 'Unfold all' }).click();
      expect(await examine(page, 'record')).toEqual([]);
    });

    test('the history has it, with what the admins did', async () => {
      await openTab(page, 'History');
      await page.getByRole('link', { name: 'Takeover of embedded-3' }).waitFor();
      expect(await examine(page, 'history')).toEqual([]);
    });

    test('the host is booted, and its VMs are brought home', { timeout: 180_000 }, async () => {
      await breakIt(page, 'Boot embedded-3');
      await openTab(page, 'Overview');
      await page.getByText('3 of 3 in membership').waitFor({ timeout: 60_000 });
      await page.getByText('3 of 3 at home').waitFor({ timeout: 60_000 });
      await openTab(page, 'Hosts');
      await page.getByRole('link', { name: 'embedded-3', exact: true }).click();
      await page.getByRole('button', { name: 'Move 3 VMs home' }).click({ timeout: 60_000 });
      await page
        .getByRole('button', { name: 'Move 3 VMs home' })
        .waitFor({ state: 'detached', timeout: 120_000 });
    });

    test('it is verified: links, quorum, fencing, and what is read back from the quorum disks', async () => {
      await openTab(page, 'Overview');
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByRole('heading', { name: 'Verify embedded' }).waitFor();
      await page.getByRole('status').getByText('Done', { exact: true }).first().waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: /^What was found in order/ }).click();
      await page.getByText('The fence device fence-sbd answers').waitFor();
      expect(await examine(page, 'verify')).toEqual([]);
    });

    test('it is removed, and the first screen is back', async () => {
      await openTab(page, 'Overview');
      await page.getByRole('button', { name: 'Remove the embedded cluster' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove the embedded cluster' }).click();
      await page.getByText('No hosts yet').waitFor({ timeout: 60_000 });
    });
  });
}
