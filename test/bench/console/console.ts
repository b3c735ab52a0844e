import { once } from 'node:events';
import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { EmbeddedSite } from '../../../src/contract/embedded.ts';
import { openBrowser } from '../../support/browser.ts';
import { dragOverPriorities } from '../dragOverPriorities.ts';
import { longest, pageTasks } from '../pageTasks.ts';
import { quantile } from '../quantile.ts';
import { buildProcesses } from './build.ts';
import { Asked, forkProcess } from './forked.ts';

const full = { hosts: 72, vms: 2000 };
const sizes = [3, 12, 36, full.hosts];
const rounds = 25;
const costSeconds = 20;

type Probe = EmbeddedSite['vms'][number];

declare global {
  interface Window {
    /** When the probe's row was first seen with each state word, Unix milliseconds; reset before each change. */
    shownAt: Record<string, number>;
  }
}

/**
 * The console beside an embedded site of growing size: how long from a state change on a host until it is painted, the page's
 * longest task while it is used, memory and processor of the core, and how long connecting takes. BENCH_HOSTS: only that size.
 */
export async function consoleBench(): Promise<object> {
  const only = Number(process.env.BENCH_HOSTS ?? 0);
  await buildProcesses();
  const browser = await openBrowser();
  try {
    let last: object = {};
    for (const hosts of only > 0 ? [only] : sizes) {
      last = await measure(browser, hosts, Math.round((full.vms * hosts) / full.hosts));
      if (hosts !== full.hosts && only === 0) console.log(JSON.stringify(last));
    }
    return last;
  } finally {
    await browser.close();
  }
}

async function measure(browser: Browser, hosts: number, vms: number): Promise<object> {
  const coreProcess = forkProcess('coreProcess');
  const floorProcess = forkProcess('floorProcess');
  const core = new Asked(coreProcess);
  const floor = new Asked(floorProcess);
  try {
    const site = await core.ask<Pick<EmbeddedSite, 'folder' | 'vms'>>('start', { hosts, vms });
    const connecting = await core.ask<{ seconds: number; processor: number }>('connect');
    const bare = await floor.ask<{ seconds: number; megabytes: number }>('connect', { folder: site.folder });
    const [probe, ...others] = site.vms;
    if (probe === undefined) throw new Error('there is no VM');
    const page = await openVms(browser, await core.ask<string>('address'), probe);
    await core.ask('churn', { vms: others.map(({ uuid }) => uuid) });
    await delay(5_000);
    const paints = await paintTimes(page, core, probe);
    const cost = await core.ask<{ cores: number; megabytes: number }>('cost', { seconds: costSeconds });
    const tasks = await longestTasks(browser, page, probe);
    await core.ask('calm');
    await page.close();
    await core.ask('stop');
    return {
      bench: 'console',
      hosts,
      vms,
      p50_ms: quantile(paints, 0.5),
      p95_ms: quantile(paints, 0.95),
      ...tasks,
      core_mb: Math.round(cost.megabytes),
      core_cpu: round(cost.cores),
      connect_s: round(connecting.seconds),
      // The hosts share the machine with the console: what it does itself.
      connect_core_cpu_s: round(connecting.processor),
      floor_connect_s: round(bare.seconds),
      floor_mb: Math.round(bare.megabytes),
      // Figures of a machine that does other things too tell little.
      load: round(loadavg()[0] ?? 0),
    };
  } finally {
    for (const [asked, child] of [
      [core, coreProcess],
      [floor, floorProcess],
    ] as const) {
      const ended = once(child, 'exit');
      if (child.connected) asked.end();
      await ended;
    }
  }
}

async function openVms(browser: Browser, address: string, probe: Probe): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(120_000);
  await page.goto(address);
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await page.evaluate((id) => {
    location.hash = `#/clusters/${encodeURIComponent(id)}/vms`;
  }, probe.clusterId);
  await page.getByLabel('Filter by name, host or uuid').fill(probe.uuid);
  await page.getByRole('row', { name: probe.name }).waitFor();
  return page;
}

/** Milliseconds from each change of the probe on its host until its row shows it, in order of size. */
async function paintTimes(page: Page, core: Asked, { uuid, name }: Probe): Promise<number[]> {
  // One anonymous callback: the compiler marks named ones with a helper that the page does not have.
  await page.evaluate((vm) => {
    window.shownAt = {};
    new MutationObserver(() => {
      for (const row of document.querySelectorAll('tr')) {
        if (!row.textContent?.includes(vm)) continue;
        const word = row.querySelector('[data-label="State"]')?.textContent?.trim() ?? '';
        window.shownAt[word] ??= Date.now();
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  }, name);
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [kind, event, word] of [
      ['shut-down-vm', 'is off', 'shut off'],
      ['start-vm', 'runs', 'running'],
    ] as const) {
      await page.evaluate(() => {
        window.shownAt = {};
      });
      await core.ask('act', { action: { kind, vm: uuid } });
      await page.waitForFunction((state) => window.shownAt[state] !== undefined, word);
      const shown = await page.evaluate((state) => window.shownAt[state] ?? 0, word);
      samples.push(Math.max(0, shown - (await core.ask<number>('changedAt', { vm: name, state: event }))));
      await delay(500);
    }
  }
  return samples.sort((a, b) => a - b);
}

/** While VMs change state all the time: the list of VMs is scrolled and its filter typed in, a VM is dragged in the restart order. */
async function longestTasks(browser: Browser, page: Page, { clusterId }: Probe): Promise<object> {
  const list = await tasksDuring(browser, page, () => scrollAndFilter(page));
  await page.evaluate((id) => {
    location.hash = `#/clusters/${encodeURIComponent(id)}/priorities`;
  }, clusterId);
  await page.getByRole('grid', { name: 'Restart order' }).waitFor();
  await page.waitForTimeout(3_000);
  const drag = await tasksDuring(browser, page, async () => {
    await dragOverPriorities(page);
    await page.keyboard.press('Escape');
    await page.mouse.up();
  });
  return {
    longest_task_ms: Math.max(list.passed, drag.passed),
    longest_task_cpu_ms: Math.max(list.processor, drag.processor),
    of_list: list,
    of_dragging: drag,
  };
}

async function tasksDuring(browser: Browser, page: Page, act: () => Promise<void>) {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await act();
  await page.waitForTimeout(1_000);
  const tasks = pageTasks(await browser.stopTracing());
  return {
    passed: longest(tasks.map(({ dur }) => dur)),
    processor: longest(tasks.map(({ tdur }) => tdur)),
  };
}

async function scrollAndFilter(page: Page): Promise<void> {
  const filter = page.getByLabel('Filter by name, host or uuid');
  await filter.fill('');
  await page.mouse.move(700, 500);
  for (let turn = 0; turn < 60; turn++) {
    await page.mouse.wheel(0, turn < 40 ? 900 : -1500);
    await page.waitForTimeout(30);
  }
  await filter.pressSequentially('web-1', { delay: 120 });
  for (let turn = 0; turn < 5; turn++) await page.keyboard.press('Backspace', { delay: 100 });
}

const round = (value: number): number => Math.round(value * 100) / 100;
