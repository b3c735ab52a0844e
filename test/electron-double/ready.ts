import { app } from './app.ts';
import type { Chromium } from './chromium.ts';
import { state } from './state.ts';

/** Electron is ready when its main script has run and the browser stands. */
export async function makeReady(chromium: Chromium): Promise<void> {
  state.connection = await chromium.connection;
  state.closeBrowser = () => chromium.close();
  app.becomeReady();
}
