import type { Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { buildHarness } from '../ui/harness.ts';
import { dragOverPriorities, prioritiesBox } from './dragOverPriorities.ts';
import { longest, pageTasks } from './pageTasks.ts';

const PRIORITIES = '#/clusters/c0ffee00-0000-4000-8000-000000000001/priorities';

/**
 * How long the page stands still with 32 hosts and 2,016 VMs on the screen Priorities: the longest task while a VM is
 * dragged all over the list (its forecasts are answered outside of the page), dropped, while the list is scrolled, and
 * while the filter is typed in. Beside the time that passed, the time that the page's thread had the processor: on a machine
 * that does other things too, only the latter tells about the page.
 */
export async function dragBench(): Promise<object> {
  const harness = await buildHarness(true);
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(120_000);
    await harness.open(page, { scenario: 'thousands', hash: PRIORITIES });
    await page.getByRole('grid', { name: 'Restart order' }).waitFor();
    await page.waitForTimeout(3000);
    const result: Record<string, number> = {};
    for (const [name, act] of Object.entries(acts)) {
      await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
      await act(page);
      await page.waitForTimeout(1000);
      const tasks = pageTasks(await browser.stopTracing());
      result[`${name}_longest_task_ms`] = longest(tasks.map(({ dur }) => dur));
      result[`${name}_longest_task_cpu_ms`] = longest(tasks.map(({ tdur }) => tdur));
    }
    return { bench: 'drag', hosts: 32, vms: 2016, ...result };
  } finally {
    await browser.close();
    await harness.close();
  }
}

const acts: Record<string, (page: Page) => Promise<void>> = {
  dragging: dragOverPriorities,
  dropping: async (page) => {
    await page.mouse.up();
  },
  scrolling: async (page) => {
    const box = await prioritiesBox(page);
    await page.mouse.move(box.x + 160, box.y + 200);
    for (let round = 0; round < 60; round += 1) {
      await page.mouse.wheel(0, round < 40 ? 900 : -1500);
      await page.waitForTimeout(30);
    }
  },
  typing: async (page) => {
    await page.getByLabel('Filter by name, host or uuid').pressSequentially('db-12', { delay: 120 });
    for (let index = 0; index < 5; index += 1) await page.keyboard.press('Backspace', { delay: 100 });
  },
};
