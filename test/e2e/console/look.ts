import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

const screenshots = new URL('../../../docs/screenshots/', import.meta.url).pathname;

interface AxeResult {
  violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[];
}

export type Theme = 'light' | 'dark';

/** What axe finds wrong on the page as it is now, one line each. */
export async function axeFindings(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which the page's content security policy does not bind.
  if ((await page.evaluate('typeof window.axe')) === 'undefined') await page.evaluate(axe.source);
  const result = (await page.evaluate('window.axe.run()')) as AxeResult;
  return result.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ html, failureSummary }) => `${id}: ${help}\n  ${html.slice(0, 300)}\n  ${failureSummary ?? ''}`,
    ),
  );
}

/** Waits until nothing moves any more, then keeps the picture for the documentation. */
export async function takeScreenshot(page: Page, name: string, theme: Theme): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}-${theme}.png`), animations: 'disabled' });
}

/** The theme follows the system's while settings say so, which is the default. */
export async function useTheme(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.waitForFunction(
    (dark) => document.documentElement.classList.contains('pf-v6-theme-dark') === dark,
    theme === 'dark',
  );
  // Colours that are on their way from one theme to the other belong to neither. A spinner never ends.
  await page.evaluate(() => {
    for (const animation of document.getAnimations())
      if (animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY) animation.finish();
  });
}

/** A screen in both themes: pictures, and what axe says of it. */
export const examine = (page: Page, name: string): Promise<string[]> =>
  findingsInBothThemes(page, name, (theme) => takeScreenshot(page, name, theme));

/** The same without pictures. */
export async function findingsInBothThemes(
  page: Page,
  name: string,
  onTheme: (theme: Theme) => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  const findings: string[] = [];
  for (const theme of ['dark', 'light'] as const) {
    await useTheme(page, theme);
    await onTheme(theme);
    for (const finding of await axeFindings(page)) findings.push(`${name}, ${theme}: ${finding}`);
  }
  return findings;
}
