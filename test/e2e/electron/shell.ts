import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { within } from '../../../src/host/within.ts';

export const projectFolder = join(import.meta.dirname, '../../..');
const doubleFolder = join(projectFolder, 'test/electron-double');

/** The real runtime is taken where it has been downloaded and there is a screen for it to open windows on. */
function realElectron(): boolean {
  const folder = join(projectFolder, 'node_modules/electron');
  const path = join(folder, 'path.txt');
  if (!existsSync(path) || !existsSync(join(folder, 'dist', readFileSync(path, 'utf8')))) return false;
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

export const onDouble = !realElectron();
export const testedOn = onDouble ? 'tested on a double of Electron' : 'tested on Electron';

/** The shell, running. */
export interface Shell {
  app: ElectronApplication;
  page: Page;
  dataFolder: string;
  /** All that the main process has written to stdout and stderr so far. */
  output(): string;
  close: () => Promise<void>;
}

export interface ShellOptions {
  /** Folder with the package.json and `out/` to run. */
  appFolder?: string;
  /** Kept by the caller; without one, a folder that goes away with the shell. */
  dataFolder?: string;
}

export async function launchShell(options: ShellOptions = {}): Promise<Shell> {
  const dataFolder = options.dataFolder ?? makeFolder();
  // Read by node_modules/electron when Playwright asks it for its executable.
  if (onDouble) process.env.ELECTRON_OVERRIDE_DIST_PATH = doubleFolder;
  const app = await _electron.launch({
    args: [options.appFolder ?? projectFolder],
    // Also away from the developer's own ~/.ssh.
    env: {
      ...withoutUndefined(process.env),
      MINIME_DATA: dataFolder,
      MINIME_LOG_LEVEL: 'trace',
      HOME: dataFolder,
      USERPROFILE: dataFolder,
    },
    timeout: 30_000,
  });
  const said: string[] = [];
  for (const stream of [app.process().stdout, app.process().stderr]) {
    stream?.on('data', (data: Buffer) => said.push(data.toString()));
  }
  const ended = new Promise<void>((resolve) => {
    if (app.process().exitCode !== null) resolve();
    app.process().once('exit', () => resolve());
  });
  const close = async () => {
    // Playwright waits for ever for the answer of a process that is gone.
    const closed = Promise.race([app.close(), ended]).then(() => ended);
    try {
      await within(closed, 60_000, 'The shell has not ended within a minute.');
    } catch (error) {
      app.process().kill('SIGKILL');
      throw new Error(`${String(error)} It wrote:\n${said.join('').slice(-4000)}`);
    }
    if (options.dataFolder === undefined) await removeFolder(dataFolder);
  };
  try {
    const page = await Promise.race([openedPage(app), ended.then(() => null)]);
    if (page === null) throw new Error('its process ended');
    return { app, page, dataFolder, output: () => said.join(''), close };
  } catch (error) {
    await close();
    throw new Error(`The shell did not open its window: ${String(error)}\n${said.join('')}`);
  }
}

async function openedPage(app: ElectronApplication): Promise<Page> {
  const page = await app.firstWindow({ timeout: 15_000 });
  await page.waitForLoadState('load');
  await page.waitForFunction(() => document.querySelector('#root')?.hasChildNodes());
  return page;
}

export interface ShellRun {
  code: number | null;
  output: string;
}

/** Starts the shell without Playwright and waits for its end: for starts that must fail. On the double only. */
export async function runShell(appFolder: string, dataFolder: string): Promise<ShellRun> {
  const child = spawn(join(doubleFolder, 'electron'), [appFolder], {
    env: { ...process.env, MINIME_DATA: dataFolder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  child.stdout.on('data', (data: Buffer) => said.push(data.toString()));
  child.stderr.on('data', (data: Buffer) => said.push(data.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return { code, output: said.join('') };
}

export const makeFolder = () => mkdtempSync(join(tmpdir(), 'minime-shell-'));

/**
 * Chromium's helper processes outlive it by some milliseconds, and write into its profile until then. `rmSync`
 * would not do: its retries do not look again at what is in a folder.
 */
export const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });

function withoutUndefined(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
