import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../lab/lab.ts';
import {
  failAndDeployAgain,
  fillWizard,
  reviewAndDeploy,
  untilChanging,
  untilDeployed,
} from './console/deployment.ts';
import { addHost } from './console/hosts.ts';
import { findingsInBothThemes } from './console/look.ts';
import { launchShell, type Shell, testedOn } from './electron/shell.ts';

/** What `console.e2e` does in a browser, from the window of the desktop application: real hosts, and one that dies. */
describe.sequential(`deployment in the Electron shell (${testedOn})`, () => {
  let lab: Lab;
  let shell: Shell;
  const findings: string[] = [];
  const look = async (step: string) => void findings.push(...(await findingsInBothThemes(shell.page, step)));

  beforeAll(async () => {
    execFileSync(process.execPath, ['scripts/build.mjs', '--quiet'], { stdio: 'inherit' });
    lab = await Lab.fresh({ name: 'e2ed', hosts: 3 });
    shell = await launchShell();
    shell.page.setDefaultTimeout(20_000);
  });
  afterAll(async () => {
    await shell?.close();
    await lab?.down();
  });

  test('hosts are added after their fingerprints were compared', async () => {
    const { page } = shell;
    for (const [index, host] of lab.hosts.entries()) {
      await addHost(page, host, { user: 'root', identityFile: lab.sshKeyPath });
      await page.getByText('No host program').nth(index).waitFor();
    }
  });

  test('one that dies in the middle is named, and a second run finishes', { timeout: 900_000 }, async () => {
    const { page } = shell;
    await fillWizard(page, lab, look);
    await reviewAndDeploy(page, look);
    await untilChanging(page);
    await lab.kill('n2');
    await failAndDeployAgain(page, 'n2', look, () => lab.boot('n2'));
    await untilDeployed(page, look);
    await page.getByRole('link', { name: 'Open e2e' }).click();
    await page.getByText('3 of 3 in membership').waitFor({ timeout: 60_000 });
    await page.getByText('3 of 3 at home').waitFor({ timeout: 60_000 });
    expect(findings).toEqual([]);
  });
});
