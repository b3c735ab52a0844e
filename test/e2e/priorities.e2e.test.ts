import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { buildHarness, type Harness } from '../ui/harness.ts';
import { carry, order, pointOf, vmRow } from './priorities/drag.ts';

/** Dragging with a real mouse and keyboard in real Chromium, under the product's content security policy. */

const PRIORITIES = '#/clusters/c0ffee00-0000-4000-8000-000000000001/priorities';
const initial = [
  ...['First', 'dc01', 'erp-db', 'Normal', 'mail', 'web-1', 'web-2', 'files'],
  ...['Last', 'Büro "Süd"', 'gpu-render', 'test-iso', 'In no tier', 'build-agent', 'monitoring'],
];

/** Other work may have the machine. */
const patient = { timeout: 20_000 };

let harness: Harness;
let browser: Browser;
let page: Page;
/** A browser logs styles and scripts that the policy refuses as errors. */
const pageErrors: string[] = [];

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
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(message.text());
  });
  page.on('pageerror', (error) => pageErrors.push(error.message));
});

afterEach(async () => {
  await page.close();
  expect(pageErrors.splice(0)).toEqual([]);
});

async function open(scenario: string): Promise<void> {
  await harness.open(page, { scenario, hash: PRIORITIES });
  await page.getByRole('grid', { name: 'Restart order' }).waitFor();
}

/** The draft as it was told to the screen reader and is shown. */
const status = () => page.locator('.mm-prio-list > [role="status"]');
const undo = () => page.getByRole('button', { name: 'Undo', exact: true }).click();

describe('priorities by mouse', () => {
  test('a VM is dragged before another, the forecast follows while it is on its way, and undo takes it back', async () => {
    await open('prioritized');
    expect(await order(page)).toEqual(initial);
    await carry(page, vmRow(page, 'mail'), await pointOf(vmRow(page, 'dc01'), 'top'));
    await page.getByText('With mail in tier First, before dc01:').waitFor();
    expect(await order(page)).toEqual(initial);
    await page.mouse.up();
    await page.getByText('With your draft:').waitFor();
    expect((await order(page)).slice(0, 5)).toEqual(['First', 'mail', 'dc01', 'erp-db', 'Normal']);
    expect(await status().textContent()).toContain('mail: tier First, before dc01');
    await undo();
    expect(await order(page)).toEqual(initial);
  });

  test('several that are chosen move together and keep their order', async () => {
    await open('prioritized');
    await vmRow(page, 'files').click();
    await vmRow(page, 'web-1').click({ modifiers: ['Control'] });
    await carry(page, vmRow(page, 'files'), await pointOf(vmRow(page, 'gpu-render'), 'bottom'));
    await page.mouse.up();
    expect(await order(page)).toEqual([
      ...['First', 'dc01', 'erp-db', 'Normal', 'mail', 'web-2'],
      ...['Last', 'Büro "Süd"', 'gpu-render', 'web-1', 'files', 'test-iso'],
      ...['In no tier', 'build-agent', 'monitoring'],
    ]);
    await undo();
    expect(await order(page)).toEqual(initial);
  });

  test('a VM that is let go outside of the list stays where it was', async () => {
    await open('prioritized');
    const away = await pointOf(page.getByRole('heading', { level: 1 }), 'middle');
    await carry(page, vmRow(page, 'mail'), await pointOf(vmRow(page, 'test-iso'), 'bottom'));
    await page.locator('.mm-prio-gap').waitFor();
    await page.mouse.move(away.x, away.y, { steps: 4 });
    await page.mouse.up();
    await page.locator('.mm-prio-gap').waitFor({ state: 'detached' });
    expect(await order(page)).toEqual(initial);
    expect(await page.getByRole('button', { name: 'Undo', exact: true }).isDisabled()).toBe(true);
  });

  test('of 2,000 VMs only those in sight are in the page, and one is dragged to where the list has scrolled meanwhile', async () => {
    await open('thousands');
    const rows = page.locator('.mm-prio-lines > [role="row"]');
    expect(await rows.count()).toBeLessThan(80);
    const list = page.locator('.mm-prio-scroller');
    const box = await list.boundingBox();
    if (box === null) throw new Error('the list has no box');
    const first = (await order(page))[1] ?? '';
    await carry(page, vmRow(page, first), { x: box.x + 160, y: box.y + box.height - 8 });
    // At its edge the list scrolls by itself, for as long as the hand stays there.
    await expect.poll(() => list.evaluate((element) => element.scrollTop), patient).toBeGreaterThan(300);
    await page.mouse.move(box.x + 160, box.y + box.height / 2, { steps: 4 });
    await page.locator('.mm-prio-gap').waitFor();
    expect(await rows.count()).toBeLessThan(80);
    await page.mouse.up();
    await expect.poll(() => status().textContent(), patient).toMatch(new RegExp(`^${first}: tier `));
    await page.getByText('1 change').first().waitFor();
    await undo();
    await list.evaluate((element) => element.scrollTo(0, 0));
    await expect.poll(async () => (await order(page))[1], patient).toBe(first);
  });
});

describe('priorities by keyboard', () => {
  test('a VM is picked up, carried and dropped; Escape puts it back', async () => {
    await open('prioritized');
    await vmRow(page, 'mail').focus();
    for (const key of [' ', 'ArrowUp', 'ArrowUp', 'Escape']) await page.keyboard.press(key);
    expect(await order(page)).toEqual(initial);
    for (const key of [' ', 'ArrowUp', 'ArrowUp', ' ']) await page.keyboard.press(key);
    expect((await order(page)).slice(0, 5)).toEqual(['First', 'dc01', 'mail', 'erp-db', 'Normal']);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-key'))).toBe('uuid-mail');
    await page.keyboard.press('Control+z');
    expect(await order(page)).toEqual(initial);
  });

  test('chosen VMs move at once, and what was moved is reviewed and applied', async () => {
    await open('prioritized');
    await vmRow(page, 'web-1').focus();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Alt+ArrowUp');
    expect((await order(page)).slice(3, 8)).toEqual(['Normal', 'web-1', 'web-2', 'mail', 'files']);
    await page.getByRole('button', { name: 'Review and apply' }).press('Enter');
    const review = page.getByRole('dialog');
    await review.getByText(/web-1/).first().waitFor();
    await review.getByRole('button', { name: 'Apply' }).press('Enter');
    await page.getByText(/Revision 5/).waitFor();
  });
});
