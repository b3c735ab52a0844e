import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import type { Page, Route } from 'playwright-core';
import { build } from 'vite';
import { forecastFor } from '../../src/ui/testing/fixtures/policy.ts';

/** The renderer on a scripted core. */
export interface Harness {
  open(page: Page, place: { scenario: string; theme?: string; fail?: string; hash: string }): Promise<void>;
  close(): Promise<void>;
}

/** The files are handed to the browser without any network, under the product's own content security policy. */
const ORIGIN = 'http://minime.invalid';
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'";
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export async function buildHarness(minify = false): Promise<Harness> {
  const root = path.resolve(import.meta.dirname, '../..');
  const site = await mkdtemp(path.join(tmpdir(), 'minime-harness-'));
  await build({
    root: path.join(root, 'src/ui'),
    base: './',
    configFile: false,
    logLevel: 'error',
    plugins: [react()],
    build: {
      outDir: site,
      emptyOutDir: true,
      minify,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: path.join(root, 'src/ui/testing/harness/index.html') },
    },
  });

  const serve = async (route: Route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/forecast') {
      const { snapshot, policy: draft, failed } = route.request().postDataJSON();
      await route.fulfill({ json: forecastFor(snapshot, draft, failed) });
      return;
    }
    const file = path.join(site, pathname);
    await route.fulfill({
      path: file,
      headers: {
        'content-type': types[path.extname(file)] ?? 'application/octet-stream',
        'content-security-policy': policy,
      },
    });
  };

  return {
    open: async (page, { scenario, theme = '', fail = '', hash }) => {
      await page.route('**/*', serve);
      const query = new URLSearchParams({ scenario, theme, fail });
      await page.goto(`${ORIGIN}/testing/harness/index.html?${query.toString()}${hash}`);
      await page.getByRole('heading').first().waitFor();
    },
    close: async () => await rm(site, { recursive: true }),
  };
}
