import type { Page } from 'playwright-core';
import type { Lab } from '../../lab/lab.ts';

/** The wizard's own list of steps has buttons of the same names. */
const next = async (page: Page, name: string): Promise<void> => {
  await page.locator('.mm-wizard-footer').getByRole('button', { name, exact: true }).click();
};

export const heading = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('heading', { name, exact: true }).waitFor();
};

/** Takes the device from the list if it is offered under this name, else types it. */
async function chooseDevice(page: Page, label: string, path: string): Promise<void> {
  const select = page.getByLabel(label, { exact: true });
  const offered = await select
    .locator('option')
    .evaluateAll((options) => options.map((option) => option.getAttribute('value')));
  if (offered.includes(path)) {
    await select.selectOption(path);
    return;
  }
  await select.selectOption({ label: 'Another path' });
  await page.getByLabel(`${label}, path`).fill(path);
}

/** Goes through the wizard up to the review. `look` is called on each step; without a lab what the wizard proposes is taken. */
export async function fillWizard(page: Page, lab: Lab | null, look: Look): Promise<void> {
  await page.getByRole('link', { name: 'Deploy', exact: true }).click();
  await heading(page, 'Choose hosts');
  for (const box of await page.getByRole('checkbox', { name: /^Choose / }).all()) await box.check();
  await look('deploy-hosts');

  await next(page, 'Next');
  await heading(page, 'Names and heartbeat');
  await page.getByLabel('Cluster name').fill('e2e');
  await look('deploy-network');

  await next(page, 'Next');
  await heading(page, 'Storage');
  if (lab !== null) await chooseStorage(page, lab);
  await look('deploy-storage');

  await next(page, 'Next');
  await heading(page, 'Fencing');
  if (lab !== null) await chooseFencing(page, lab);
  await look('deploy-fencing');

  await next(page, 'Check hosts');
  await heading(page, 'Preflight');
}

async function chooseStorage(page: Page, lab: Lab): Promise<void> {
  if ((await page.getByLabel('Shared folder 1', { exact: true }).count()) === 0)
    await page.getByRole('button', { name: 'Add folder' }).click();
  await page.getByLabel('Shared folder 1', { exact: true }).fill('/srv/vms');
  await page.getByLabel('On devices').check();
  for (const { name } of lab.hosts)
    await chooseDevice(page, `Quorum disk of ${name}`, lab.devices.quorum[name] ?? '');
}

async function chooseFencing(page: Page, lab: Lab): Promise<void> {
  await page.getByLabel('SBD with a poison-pill disk').check();
  await chooseDevice(page, 'Poison-pill disk 1', lab.devices.poisonPill);
  await page.getByRole('combobox', { name: 'Watchdog device' }).fill('');
}

type Look = (step: string) => Promise<void>;

const runAgain = (page: Page) => page.getByRole('button', { name: 'Review what is left and run again' });

/** From a passed preflight to a deployment that goes on. */
export async function reviewAndDeploy(page: Page, look: Look): Promise<void> {
  await page.getByText(/Can be deployed|Everything is as it should be/).waitFor({ timeout: 60_000 });
  await look('deploy-preflight');
  await next(page, 'Review plan');
  await heading(page, 'Review');
  await page.getByRole('heading', { name: 'Every file and command' }).waitFor({ timeout: 60_000 });
  const overwrite = page.getByLabel('These devices may be overwritten');
  // Not asked for again once they were made.
  if ((await overwrite.count()) > 0) await overwrite.check();
  await look('deploy-review');
  await next(page, 'Deploy now');
  await heading(page, 'Deploy');
  await look('deploy-running');
}

/** Waits until the deployment has failed, which must name this host, and sets it going a second time once all is mended. */
export async function failAndDeployAgain(
  page: Page,
  host: string,
  look: Look,
  mend: () => Promise<void>,
): Promise<void> {
  await runAgain(page).waitFor({ timeout: 180_000 });
  await page
    .getByRole('main')
    .getByText(new RegExp(`\\b${host}\\b.*(cannot be reached|lost|closed|answer)`))
    .first()
    .waitFor();
  await look('deploy-failed');
  await mend();
  await runAgain(page).click();
  await heading(page, 'Preflight');
  await reviewAndDeploy(page, () => Promise.resolve());
}

/** Waits until the checks are behind a deployment and hosts are being changed. */
export async function untilChanging(page: Page): Promise<void> {
  await page
    .getByRole('main')
    .getByText(/^Download .*corosync/)
    .first()
    .waitFor({ state: 'attached', timeout: 90_000 });
}

export async function untilDeployed(page: Page, look: Look): Promise<void> {
  const following = page.getByRole('button', { name: 'Next', exact: true });
  await following.and(page.locator(':enabled')).or(runAgain(page)).waitFor({ timeout: 540_000 });
  if (await runAgain(page).isVisible())
    throw new Error(`The deployment failed:\n${await page.locator('main').innerText()}`);
  await look('deploy-done');
  await following.click();
  await page.getByRole('link', { name: 'Open e2e' }).waitFor({ timeout: 60_000 });
  await look('deploy-verify');
}
