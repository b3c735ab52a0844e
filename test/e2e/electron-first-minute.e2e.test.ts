import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings } from './console/look.ts';
import { launchShell, type Shell, testedOn } from './electron/shell.ts';
import { breakIt, openRecord, startEmbedded } from './embedded/steps.ts';
import { order, vmRow } from './priorities/drag.ts';

/** The way from the first screen to the record of a failover, through the real main and preload; each step builds on the one before. */
describe(`the first minute in the Electron shell (${testedOn})`, { concurrent: false }, () => {
  let shell: Shell;
  beforeAll(async () => {
    execFileSync(process.execPath, ['scripts/build.mjs', '--quiet'], { stdio: 'inherit' });
    shell = await launchShell();
    shell.page.setDefaultTimeout(20_000);
  }, 60_000);
  afterAll(() => shell?.close());

  test('an embedded cluster is started from the first screen', { timeout: 120_000 }, async () => {
    const { page } = shell;
    await page.getByText('No hosts yet').waitFor();
    await startEmbedded(page, 'Five times as fast');
    expect(await axeFindings(page)).toEqual([]);
  });

  test('a restart order is changed by keyboard and applied', async () => {
    const { page } = shell;
    await page.getByRole('link', { name: 'Priorities', exact: true }).click();
    await vmRow(page, 'wiki').focus();
    await page.keyboard.press('Alt+ArrowUp');
    const now = await order(page);
    expect(now.indexOf('wiki')).toBeLessThan(now.indexOf('web-2'));
    await page.getByRole('button', { name: 'Review and apply' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
    await page.getByText(/Applied as revision 2/).waitFor();
  });

  test('a host is killed, its VMs run again, and the record says why where', {
    timeout: 120_000,
  }, async () => {
    const { page } = shell;
    await page.getByRole('link', { name: 'Overview', exact: true }).click();
    await breakIt(page, 'Kill embedded-3');
    await page
      .getByText(/Takeover of embedded-3/)
      .first()
      .waitFor({ timeout: 60_000 });
    await openRecord(page, 'embedded-3');
    await page.getByText('Ended, all run').first().waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Unfold all' }).click();
    await page
      .getByText(/^Start on embedded-[12], as number 1\b/)
      .first()
      .waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });
});
