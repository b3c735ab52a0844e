import type { Locator, Page } from 'playwright-core';

/** A VM's row in the restart order, by its name. */
export const vmRow = (page: Page, name: string): Locator =>
  page.getByRole('grid', { name: 'Restart order' }).locator('[role="row"]', {
    has: page.locator('.mm-prio-name', { hasText: new RegExp(`^${name}$`) }),
  });

/** Names of tiers and VMs in the page, from top to bottom. */
export async function order(page: Page): Promise<string[]> {
  return await page.locator('.mm-prio-lines > [role="row"]').evaluateAll((lines) =>
    lines
      .map((line) => ({
        top: line.getBoundingClientRect().top,
        name: line.querySelector('.mm-prio-name, strong')?.textContent ?? '',
      }))
      .sort((a, b) => a.top - b.top)
      .map(({ name }) => name),
  );
}

interface Point {
  x: number;
  y: number;
}

/** The middle of a row's name, or just inside its upper or lower edge. */
export async function pointOf(row: Locator, at: 'middle' | 'top' | 'bottom'): Promise<Point> {
  const box = await row.boundingBox();
  if (box === null) throw new Error(`${String(row)} is not in sight`);
  const y = { middle: box.y + box.height / 2, top: box.y + 3, bottom: box.y + box.height - 3 }[at];
  return { x: box.x + 160, y };
}

/** Takes hold of a row and carries it to a point, in steps as a hand does; the button stays pressed. */
export async function carry(page: Page, from: Locator, to: Point): Promise<void> {
  const start = await pointOf(from, 'middle');
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x + 6, start.y + 2);
  await page.locator('.mm-prio-carried').first().waitFor();
  await page.mouse.move(to.x, to.y, { steps: 6 });
  // A browser goes on telling where a hand rests; a scripted one tells each place once.
  await page.mouse.move(to.x + 1, to.y);
}
