import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { buildHarness, type Harness } from '../ui/harness.ts';

/** The list of some two thousand VMs in real Chromium, of which only those in sight are in the page. */

const VMS = '#/clusters/c0ffee00-0000-4000-8000-000000000001/vms';
const patient = { timeout: 20_000 };

let harness: Harness;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  harness = await buildHarness(true);
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await harness?.close();
});

beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await harness.open(page, { scenario: 'large', hash: VMS });
  await row('app-1-1').waitFor();
});

afterEach(() => page.close());

const row = (name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('gridcell', { name, exact: true }) });
const details = (name: string) => row(name).getByRole('button', { name: 'Details' });

async function scrollTo(top: number): Promise<void> {
  await page.locator('.mm-vm-scroller').evaluate((scroller, to) => {
    scroller.scrollTop = to;
  }, top);
}

/** Rows in the page, from top to bottom: their place in the list, and whether each begins where the one before ends. */
async function shownRows(): Promise<{ places: number[]; joined: boolean }> {
  return await page.locator('.mm-vm-table tbody[data-index]').evaluateAll((bodies) => {
    const boxes = bodies.map((body) => body.getBoundingClientRect());
    return {
      places: bodies.map((body) => Number(body.getAttribute('data-index'))),
      joined: boxes.every(
        (box, index) => index === 0 || Math.abs(box.top - (boxes[index - 1]?.bottom ?? 0)) < 1,
      ),
    };
  });
}

describe('the list of two thousand VMs', () => {
  test('shows what is in sight, in order and without gaps, from its first VM to its last', async () => {
    for (const [top, name] of [
      [9_000, 'app-4-55'],
      [40_000, 'app-18-5'],
      [1e9, 'app-32-62'],
      [0, 'app-1-1'],
    ] as const) {
      await scrollTo(top);
      await row(name).waitFor(patient);
      const { places, joined } = await shownRows();
      expect(places.map((place) => place - (places[0] ?? 0))).toEqual(places.map((_, index) => index));
      expect(joined).toBe(true);
    }
  });

  test('leaves open what was opened, and only that, when one comes back to it', async () => {
    await details('app-1-3').click();
    await page.getByText('uuid-app-1-3', { exact: true }).waitFor();
    await scrollTo(20_000);
    await row('app-1-3').waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Details', expanded: true }).count()).toBe(0);
    await scrollTo(0);
    await page.getByText('uuid-app-1-3', { exact: true }).waitFor(patient);
    expect(await page.getByRole('button', { name: 'Details', expanded: true }).count()).toBe(1);
    expect((await shownRows()).joined).toBe(true);
  });

  test('does not carry the focus to another VM', async () => {
    await details('app-1-3').focus();
    await scrollTo(20_000);
    await row('app-1-3').waitFor({ state: 'detached' });
    const focused = await page.evaluate(() => document.activeElement?.className);
    expect(focused).toContain('mm-vm-scroller');
  });
});
