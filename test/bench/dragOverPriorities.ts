import type { Page } from 'playwright-core';
import { carry, order, vmRow } from '../e2e/priorities/drag.ts';

/** Carries the first VM of the restart order all over the list and, at its edge, on through it. The button stays down. */
export async function dragOverPriorities(page: Page): Promise<void> {
  const box = await prioritiesBox(page);
  const first = (await order(page))[1] ?? '';
  await carry(page, vmRow(page, first), { x: box.x + 160, y: box.y + 200 });
  for (let round = 0; round < 40; round += 1) {
    const y = box.y + 60 + ((round * 97) % (box.height - 120));
    await page.mouse.move(box.x + 160, y, { steps: 3 });
    await page.waitForTimeout(round % 8 === 0 ? 300 : 30);
  }
  // At the edge the list scrolls by itself.
  await page.mouse.move(box.x + 160, box.y + box.height - 6, { steps: 3 });
  await page.waitForTimeout(2000);
}

export async function prioritiesBox(page: Page) {
  const box = await page.locator('.mm-prio-scroller').boundingBox();
  if (box === null) throw new Error('the list is not in the page');
  return box;
}
