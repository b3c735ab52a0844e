import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { chromiumPath } from '../e2e/prerequisites.ts';
import { CdpConnection } from './cdp.ts';

const flags = [
  '--headless',
  '--remote-debugging-port=0',
  // Electron opens no window by itself either.
  '--no-startup-window',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--password-store=basic',
  // Electron asks for the address it was given.
  '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable',
  // Nothing outside can be reached: a page that gets away gets nowhere.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

const closingMs = 15_000;

export interface Chromium {
  connection: Promise<CdpConnection>;
  /** Resolves when the browser has ended and writes to its profile no more. */
  close(): Promise<void>;
  kill(): void;
}

/** Starts the browser with its profile in this folder and says, as Electron does, where its DevTools listen. */
export function launchChromium(profile: string): Chromium {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(chromiumPath, [...flags, ...sandbox, `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const connection = devToolsUrl(child).then((url) => CdpConnection.open(url));
  return {
    connection,
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const { browser } = await connection;
      // It may be gone before it has answered, and on a busy machine it may never go by itself.
      browser.send('Browser.close').catch(() => undefined);
      const late = setTimeout(() => child.kill('SIGKILL'), closingMs);
      await ended;
      clearTimeout(late);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

function devToolsUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    child.on('error', reject);
    child.on('exit', (code) =>
      reject(new Error(`Electron double: Chromium ended with ${code}: ${said.join('\n')}`)),
    );
    if (child.stderr === null) throw new Error('Electron double: Chromium has no stderr');
    createInterface(child.stderr).on('line', (line) => {
      said.push(line);
      const url = /^DevTools listening on (ws:\/\/.*)$/.exec(line)?.[1];
      if (url === undefined) return;
      process.stderr.write(`${line}\n`);
      resolve(url);
    });
  });
}
