import { type Browser, chromium } from 'playwright-core';

/** Debian's Chromium, without its own calls to the network; as root it runs without its sandbox. */
export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: process.env.MINIME_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
