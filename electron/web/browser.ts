import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Browsers of the Chromium family, which alone have an app mode, by command name. */
const COMMANDS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
  'brave-browser',
];

const APPLICATIONS: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

/** Why no window can be opened here, or the browser to open it with. */
export type BrowserChoice = { browser: string } | { reason: string };

/** MINIME_BROWSER, else the first browser of the Chromium family that is installed. */
export function chooseBrowser(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): BrowserChoice {
  if (platform === 'linux' && !environment.DISPLAY && !environment.WAYLAND_DISPLAY) {
    return { reason: 'there is no graphical display' };
  }
  if (environment.MINIME_BROWSER) return { browser: environment.MINIME_BROWSER };
  const folders = (environment.PATH ?? '').split(delimiter);
  const candidates = [
    ...COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command))),
    ...(APPLICATIONS[platform] ?? []),
  ];
  const browser = candidates.find(isExecutable);
  return browser === undefined ? { reason: 'no browser of the Chromium family was found' } : { browser };
}

export interface BrowserWindow {
  /** Settles when the browser has ended: null, or why it could not be started or failed. */
  ended: Promise<string | null>;
  close(): void;
}

/**
 * Opens the address as an app window. The address holds a key, and other users can read command lines: the browser is
 * given a private file that leads there. Its profile folder is its own too, since a second browser on the same one
 * hands its window over and ends at once.
 */
export async function openAppWindow(browser: string, address: string): Promise<BrowserWindow> {
  const folder = await mkdtemp(join(folderFor(browser), 'minime-'));
  const start = join(folder, 'start.html');
  await writeFile(start, redirectPage(address), { mode: 0o600, flag: 'wx' });
  const child = spawn(
    browser,
    [
      `--app=${pathToFileURL(start).href}`,
      `--user-data-dir=${join(folder, 'profile')}`,
      '--no-first-run',
      '--no-default-browser-check',
      '--class=Minime',
      // Chromium's sandbox refuses to work for root; the page it shows is our own.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = endOf(child).then(async (failure) => {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    return failure;
  });
  return { ended, close: () => child.kill() };
}

/** Chromium from a snap sees neither /tmp nor hidden folders, only its own. */
function folderFor(browser: string): string {
  return isExecutable(browser) && realpathSync(browser).includes('snap')
    ? join(homedir(), 'snap', 'chromium', 'common')
    : tmpdir();
}

function redirectPage(address: string): string {
  return `<!doctype html><meta charset="utf-8"><title>Minime</title><script>location.replace(${JSON.stringify(address)})</script>\n`;
}

async function endOf(child: ChildProcess): Promise<string | null> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-2000);
  });
  return await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => {
      const line = said.trim().split('\n').at(-1) ?? '';
      resolve(code === 0 || code === null ? null : `exit code ${code}${line === '' ? '' : `: ${line}`}`);
    });
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
