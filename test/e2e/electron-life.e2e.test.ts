import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { shellCopy } from './electron/breakages.ts';
import { launchShell, makeFolder, onDouble, removeFolder, runShell, testedOn } from './electron/shell.ts';

/** What the Electron shell does from start to end, and from one start to the next. */
describe(`the life of the Electron shell (${testedOn})`, () => {
  let appFolder: string;
  let dataFolder: string;
  beforeAll(() => {
    execFileSync(process.execPath, ['scripts/build.mjs', '--quiet'], { stdio: 'inherit' });
  });
  beforeEach(() => {
    appFolder = shellCopy();
    dataFolder = makeFolder();
  });
  afterEach(async () => {
    await removeFolder(appFolder);
    await removeFolder(dataFolder);
  });

  test('the window and its colour are as they were left, and quitting frees the data folder', async () => {
    const bounds = { x: 40, y: 30, width: 1100, height: 700 };
    const first = await launchShell({ appFolder, dataFolder });
    expect(existsSync(join(dataFolder, 'lock'))).toBe(true);
    await first.page.evaluate("minime.call('settings.set', { theme: 'dark' })");
    await first.app.evaluate(
      ({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.setBounds(to),
      bounds,
    );
    await first.close();
    expect(existsSync(join(dataFolder, 'lock'))).toBe(false);

    const second = await launchShell({ appFolder, dataFolder });
    try {
      const window = await second.app.evaluate(({ BrowserWindow }) => {
        const [opened] = BrowserWindow.getAllWindows();
        return { bounds: opened?.getBounds(), colour: opened?.getBackgroundColor().toLowerCase() };
      });
      expect(window).toEqual({ bounds, colour: '#151515' });
    } finally {
      await second.close();
    }
  });

  test('a page that crashed can be loaded again', async () => {
    const shell = await launchShell({ appFolder, dataFolder });
    try {
      await shell.app.evaluate(({ BrowserWindow, dialog }) => {
        dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        contents?.once('did-finish-load', () => Object.assign(globalThis, { loadedAgain: true }));
        contents?.forcefullyCrashRenderer();
      });
      const loadedAgain = () =>
        shell.app.evaluate(() => (globalThis as { loadedAgain?: boolean }).loadedAgain);
      await expect.poll(loadedAgain, { timeout: 10_000 }).toBe(true);
      const answer = await shell.app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript("minime.call('snapshot', {})"),
      );
      expect(answer).toMatchObject({ ok: true });
    } finally {
      await shell.close();
    }
  });

  test.runIf(onDouble)('a second start hands over to the first and ends', async () => {
    const first = await launchShell({ appFolder, dataFolder });
    try {
      await first.app.evaluate(({ BrowserWindow }) => {
        const [window] = BrowserWindow.getAllWindows();
        window?.minimize();
        window?.once('focus', () => Object.assign(globalThis, { focused: true }));
      });
      const { code } = await runShell(appFolder, dataFolder);
      expect(code).toBe(0);
      const focused = () => first.app.evaluate(() => (globalThis as { focused?: boolean }).focused);
      await expect.poll(focused).toBe(true);
      const minimized = ({ BrowserWindow }: typeof Electron.CrossProcessExports) =>
        BrowserWindow.getAllWindows()[0]?.isMinimized();
      expect(await first.app.evaluate(minimized)).toBe(false);
    } finally {
      await first.close();
    }
  });

  // Electron's own dialog would wait for a click.
  test.runIf(onDouble)('a start that fails says why, in one line and a dialog', async () => {
    mkdirSync(join(dataFolder, 'settings.json'));
    const { code, output } = await runShell(appFolder, dataFolder);
    expect(code).toBe(1);
    expect(output).toMatch(/^Minime could not start: .*settings\.json.*$/m);
    expect(output).toContain('[dialog] Minime could not start:');
  });
});
