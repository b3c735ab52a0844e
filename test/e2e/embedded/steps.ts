import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { NewHost } from '../console/hosts.ts';

/** What one does with the embedded cluster on the screen. A wait for something to be seen is an assertion. */

const bareLabel = 'Not there: you deploy it, as on real hosts';

interface Beginning {
  speed?: string;
  /** Without high availability. */
  bare?: boolean;
}

/** From the empty first screen to hosts that are up, and the overview of their cluster: two clicks, and one more for each choice. */
export async function startEmbedded(page: Page, { speed, bare = false }: Beginning = {}): Promise<void> {
  await page.getByRole('button', { name: 'Try the embedded cluster' }).click();
  const dialog = page.getByRole('dialog', { name: 'Try the embedded cluster' });
  if (speed !== undefined) await dialog.getByLabel('Speed').selectOption({ label: speed });
  if (bare) await dialog.getByLabel('High availability').selectOption({ label: bareLabel });
  await dialog.getByRole('button', { name: 'Start it' }).click();
  if (bare) {
    await page.getByRole('heading', { name: 'They are bare' }).waitFor({ timeout: 60_000 });
    return;
  }
  await page.getByText('3 of 3 in membership').waitFor({ timeout: 60_000 });
  await page.getByText('12 running', { exact: true }).waitFor({ timeout: 60_000 });
  await page.getByText('3 of 3 at home').waitFor({ timeout: 60_000 });
}

export async function openTab(page: Page, name: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name, exact: true })
    .first()
    .click();
}

export async function breakIt(page: Page, button: string): Promise<void> {
  const panel = page.getByRole('region', { name: 'Break it' });
  if (!(await panel.isVisible())) await page.getByRole('button', { name: 'Break it', exact: true }).click();
  await panel.getByRole('button', { name: button, exact: true }).click();
}

/** From the history to the record of the latest takeover of this host. */
export async function openRecord(page: Page, host: string): Promise<void> {
  await openTab(page, 'History');
  await page
    .getByRole('link', { name: `Takeover of ${host}` })
    .first()
    .click();
  await page.getByRole('heading', { name: `Takeover of ${host}`, level: 1 }).waitFor();
}

/** How another console gets to an embedded host of the console with this data folder. */
export function waysTo(dataFolder: string, name: string): { host: NewHost; identityFile: string } {
  const folder = join(dataFolder, 'embedded/console/.ssh');
  const servers = JSON.parse(readFileSync(join(folder, 'servers.json'), 'utf8')) as {
    name: string;
    port: number;
    hostKey: string;
  }[];
  const server = servers.find((each) => each.name === name);
  if (server === undefined)
    throw new Error(`${name} is not among ${servers.map((each) => each.name).join()}`);
  const key = Buffer.from(server.hostKey.split(' ')[1] ?? '', 'base64');
  const hostKeyFingerprint = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
  return {
    host: { address: '127.0.0.1', port: server.port, hostKeyFingerprint },
    identityFile: join(folder, 'id_ecdsa'),
  };
}
