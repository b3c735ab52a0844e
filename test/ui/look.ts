import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { buildHarness } from './harness.ts';
import { shots } from './shots.ts';

/**
 * Pictures of the renderer's screens on scripted data, and axe's findings on each: a quick look while working on the
 * renderer. `tsx test/ui/look.ts --out DIR [--only NAME] [--theme dark] [--size 1100x700]`
 */
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'out/look' },
    only: { type: 'string' },
    theme: { type: 'string' },
    size: { type: 'string' },
    'no-axe': { type: 'boolean', default: false },
  },
});

const harness = await buildHarness();
const browser = await openBrowser();

const out = path.resolve(values.out);
await mkdir(out, { recursive: true });
const sizes = (values.size === undefined ? ['1440x900'] : [values.size]).map((size) =>
  size.split('x').map(Number),
);
const themes = values.theme === undefined ? ['light', 'dark'] : [values.theme];
let findings = 0;

for (const [width = 1440, height = 900] of sizes) {
  for (const theme of themes) {
    for (const shot of shots.filter(({ name }) => values.only === undefined || name.includes(values.only))) {
      const page = await browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce' });
      page.on('pageerror', (error) => console.log(`${shot.name}: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error') console.log(`${shot.name}: ${message.text()}`);
      });
      await harness.open(page, { scenario: shot.scenario, theme, fail: shot.fail ?? '', hash: shot.hash });
      await shot.act?.(page);
      await page.waitForTimeout(400);
      await page.screenshot({ path: path.join(out, `${shot.name}-${theme}-${width}.png`) });
      if (!values['no-axe']) findings += await runAxe(page, `${shot.name} ${theme} ${width}`);
      await page.close();
    }
  }
}

async function runAxe(page: Page, where: string): Promise<number> {
  await page.evaluate(axe.source);
  const violations = (await page.evaluate('axe.run().then((result) => result.violations)')) as {
    id: string;
    help: string;
    nodes: { html: string; failureSummary?: string }[];
  }[];
  for (const violation of violations) {
    console.log(`axe: ${where}: ${violation.id}: ${violation.help}`);
    for (const node of violation.nodes.slice(0, 2)) {
      console.log(
        `     ${node.html.slice(0, 200)}\n     ${(node.failureSummary ?? '').split('\n').slice(1, 3).join(' ')}`,
      );
    }
  }
  return violations.length;
}

await browser.close();
await harness.close();
console.log(`${findings} findings of axe; pictures in ${out}`);
process.exitCode = findings === 0 ? 0 : 1;
