import type { Page } from 'playwright-core';

export interface NewHost {
  address: string;
  /** Default: what ssh takes. */
  port?: number;
  hostKeyFingerprint: string;
}

export interface Login {
  user: string;
  identityFile?: string;
  /** Answers to the questions that come up, in order; the first is tried as a wrong one where there are two. */
  secrets?: readonly string[];
}

/** Adds a host as an admin does: the dialog, the comparison of the fingerprint, the password. */
export async function addHost(page: Page, host: NewHost, login: Login): Promise<void> {
  await page
    .getByRole('button', { name: /^Add (your first )?host$/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: 'Add host' });
  await dialog.getByLabel('Address').fill(host.address);
  if (host.port !== undefined) await dialog.getByLabel('Port').fill(String(host.port));
  await dialog.getByLabel('User').fill(login.user);
  if (login.identityFile !== undefined) await dialog.getByLabel('Private key file').fill(login.identityFile);
  await dialog.getByRole('button', { name: 'Add host' }).click();

  const keyDialog = page.getByRole('dialog', { name: /Is this the key of/ });
  await keyDialog.getByText(host.hostKeyFingerprint).waitFor();
  await keyDialog.getByRole('button', { name: 'Accept and connect' }).click();
  for (const secret of login.secrets ?? []) await answerSecret(page, secret);
}

/** Fills in the one question of the secret prompt that is open. */
export async function answerSecret(page: Page, secret: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: /password|asks|Passphrase/i });
  await dialog.locator('input[type=password]').fill(secret);
  await dialog.getByRole('button', { name: 'Continue' }).click();
}
