import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import type { Page } from 'playwright-core';
import { startWebShell } from '../../electron/web/webShell.ts';
import { openBrowser } from '../support/browser.ts';
import type { LabConsole } from '../support/labConsole.ts';
import { withLabConsole } from '../support/withLabConsole.ts';
import { quantile } from './quantile.ts';

const rounds = 50;
const vmName = 'latency';
const projectFolder = new URL('../..', import.meta.url).pathname;

/** Starts the VM and tells when `virsh start` returned, by the clock that host, core and page share. */
const startAndStamp = 'virsh -q start "$1" >/dev/null && date +%s%3N';

declare global {
  interface Window {
    /** When the VM's row was first seen with each state word, Unix milliseconds; reset before each round. */
    seen: Record<string, number>;
  }
}

/** Notes when the row of the VM shows a state, by observing the page itself: later than the store, never earlier. */
async function observeRow(page: Page): Promise<void> {
  // One anonymous callback: the compiler marks named ones with a helper that the page does not have.
  await page.evaluate((name) => {
    window.seen = {};
    new MutationObserver(() => {
      for (const row of document.querySelectorAll('tr')) {
        if (!row.textContent?.includes(name)) continue;
        const word = row.querySelector('[data-label="State"]')?.textContent?.trim() ?? '';
        window.seen[word] ??= Date.now();
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  }, vmName);
}

async function shownAt(page: Page, word: string): Promise<number> {
  await page.waitForFunction((expected) => window.seen[expected] !== undefined, word, { timeout: 30_000 });
  return await page.evaluate((expected) => window.seen[expected] ?? 0, word);
}

async function measure(page: Page, { lab }: LabConsole): Promise<number[]> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await page.evaluate(() => {
      window.seen = {};
    });
    const returned = Number((await lab.exec('n1', ['sh', '-c', startAndStamp, 'sh', vmName])).trim());
    samples.push(Math.max(0, (await shownAt(page, 'running')) - returned));
    await lab.exec('n1', ['virsh', '-q', 'destroy', vmName]);
    await shownAt(page, 'shut off');
    await delay(200);
  }
  return samples.sort((a, b) => a - b);
}

/** `virsh start` returning on a host of a deployed cluster → the changed state in the page, in real Chromium. */
export async function latencyBench(): Promise<object> {
  return await withLabConsole({ name: 'blat', hosts: 3 }, async (console_, lab) => {
    await console_.deploy();
    await lab.addVm('n1', { name: vmName });
    await console_.until('the VM and its cluster are known', ({ hosts }) =>
      hosts.some(
        ({ sections }) => sections.cluster?.quorate && sections.vms?.vms.some((vm) => vm.name === vmName),
      ),
    );
    const web = await startWebShell({
      core: console_.core,
      rendererFolder: join(projectFolder, 'out/renderer'),
      port: 0,
      logger: pino({ level: 'error' }, pino.destination(2)),
    });
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      page.setDefaultTimeout(120_000);
      await page.goto(web.newAddress());
      await page.getByRole('link', { name: 'Virtual machines' }).click();
      await page.getByRole('row', { name: vmName }).waitFor();
      await observeRow(page);
      const samples = await measure(page, console_);
      return {
        bench: 'latency',
        n: samples.length,
        p50_ms: quantile(samples, 0.5),
        p95_ms: quantile(samples, 0.95),
        max_ms: samples.at(-1),
      };
    } finally {
      await browser.close();
      await web.close();
    }
  });
}
