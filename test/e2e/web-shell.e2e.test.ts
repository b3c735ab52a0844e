import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { chromiumPath } from './prerequisites.ts';

const projectFolder = new URL('../..', import.meta.url).pathname;

interface Shell {
  process: ChildProcess;
  /** Where it keeps hosts and settings. */
  dataFolder: string;
  /** Everything it has printed. */
  output(): string;
  /** Exit code, once it has ended. */
  ended: Promise<number | null>;
}

/** The built web shell as `npm run web` starts it. */
function startShell(options: string[], environment: NodeJS.ProcessEnv, folder: string): Shell {
  const dataFolder = join(folder, 'data');
  const child = spawn(process.execPath, [join(projectFolder, 'out/web/server.js'), ...options], {
    env: {
      ...process.env,
      DISPLAY: ':0',
      MINIME_DATA: dataFolder,
      TMPDIR: folder,
      HOME: folder,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { process: child, dataFolder, output: () => output, ended };
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'minime-e2e-'));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/**
 * What the only window of a browser shows. Asked without attaching to it: one that attaches while the window goes from the
 * private file to the shell may be left with a page that is gone.
 */
async function windowAddress(debuggingPort: number): Promise<string | undefined> {
  const answer = await fetch(`http://127.0.0.1:${debuggingPort}/json/list`);
  const targets = (await answer.json()) as { type: string; url: string }[];
  return targets.find(({ type }) => type === 'page')?.url;
}

beforeAll(() => {
  execFileSync(process.execPath, [join(projectFolder, 'scripts/build.mjs'), '--quiet'], { stdio: 'inherit' });
});

describe('the web shell in an app window', () => {
  let folder: string;
  let shell: Shell;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = newFolder();
    const port = await freePort();
    // The window is opened by the shell; the test only makes it headless and gets a line to it.
    const command = join(folder, 'browser');
    writeFileSync(
      command,
      `#!/bin/sh\nexec ${chromiumPath} --headless=new --disable-gpu --remote-debugging-port=${port} "$@"\n`,
    );
    chmodSync(command, 0o755);
    shell = startShell([], { MINIME_BROWSER: command }, folder);
    await vi.waitFor(() => expect(windowAddress(port)).resolves.toMatch(/^http:[^#]*$/), {
      timeout: 30_000,
      interval: 200,
    });
    browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    page = await vi.waitFor(() => {
      const found = browser.contexts()[0]?.pages()[0];
      if (found === undefined) throw new Error('no page yet');
      return found;
    });
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(String(error)));
  });
  afterAll(async () => {
    // Told to end, the shell ends its browser as well; killed, it could not.
    shell.process.kill('SIGTERM');
    await shell.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  const isStarted = async (one: Page) => {
    await expect
      .poll(() => one.locator('body').innerText({ timeout: 5_000 }), { timeout: 25_000 })
      .toContain('Welcome to Minime');
  };

  test('shows the console, its key gone from the address', async () => {
    await isStarted(page);
    expect(new URL(page.url())).toMatchObject({ hostname: '127.0.0.1', pathname: '/', hash: '', search: '' });
    expect(await page.evaluate('history.length')).toBeLessThanOrEqual(2);
  });

  test('has shown the key to nobody else on the machine', () => {
    const commandLines = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    expect(commandLines).toContain(`--app=file://${folder}`);
    expect(commandLines).not.toContain('#key=');
    const [windowFolder = ''] = readdirSync(folder).filter((name) => name.startsWith('minime-'));
    expect(statSync(join(folder, windowFolder)).mode & 0o777).toBe(0o700);
    const start = join(folder, windowFolder, 'start.html');
    expect(readFileSync(start, 'utf8')).toContain('#key=');
    expect(statSync(start).mode & 0o777).toBe(0o600);
  });

  test('is still the console after a reload', async () => {
    await page.reload();
    await isStarted(page);
  });

  test('runs under its content security policy, which keeps foreign code out', async () => {
    expect(complaints.filter((text) => text.includes('Content Security Policy'))).toEqual([]);
    const ran = await page.evaluate(`new Promise((resolve) => {
      const script = document.createElement('script');
      script.textContent = 'window.foreign = true';
      document.body.append(script);
      fetch('http://127.0.0.1:1/').catch(() => undefined);
      setTimeout(() => resolve(window.foreign === true), 100);
    })`);
    expect(ran).toBe(false);
    expect(complaints.filter((text) => text.includes('Content Security Policy')).length).toBeGreaterThan(0);
  });

  test('lets no other page of the same browser in', async () => {
    const other = await browser.newContext();
    const stranger = await other.newPage();
    await stranger.goto(page.url());
    await expect(stranger.getByText('This page may not use Minime').waitFor()).resolves.toBeUndefined();
    await other.close();
  });

  test('ends when its window is closed, and leaves nothing behind', async () => {
    // What closing the only window does to a browser that is not headless.
    await (await browser.newBrowserCDPSession()).send('Browser.close');
    expect(await shell.ended).toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith('minime-'))).toEqual([]);
    expect(existsSync(join(shell.dataFolder, 'lock'))).toBe(false);
  });
});

describe('the web shell where it cannot open a window', () => {
  const start = (options: string[], environment: NodeJS.ProcessEnv): Shell => {
    const folder = newFolder();
    const shell = startShell(options, environment, folder);
    onTestFinished(async () => {
      shell.process.kill('SIGKILL');
      await shell.ended;
      rmSync(folder, { recursive: true, force: true });
    });
    return shell;
  };
  const printed = (shell: Shell, text: string | RegExp) =>
    vi.waitFor(() => expect(shell.output()).toMatch(text), { timeout: 20_000 });

  test.each([
    ['no display', { DISPLAY: '', WAYLAND_DISPLAY: '' }, 'there is no graphical display'],
    [
      'no browser',
      { PATH: '/nonexistent', MINIME_BROWSER: '' },
      'no browser of the Chromium family was found',
    ],
  ])('for want of %s says so and offers its address', async (_, environment, reason) => {
    const shell = start([], environment);
    await printed(
      shell,
      /Open this address in a browser within a minute \(it works once\): http:\/\/127\.0\.0\.1:\d+\/#key=/,
    );
    expect(shell.output()).toContain(reason);
    shell.process.kill('SIGTERM');
    expect(await shell.ended).toBe(0);
  });

  test('because the browser does not work says so and offers its address', async () => {
    const shell = start([], { MINIME_BROWSER: '/bin/false' });
    await printed(shell, /\/bin\/false could not show Minime \(exit code 1\)/);
    await printed(shell, /#key=/);
    expect(shell.process.exitCode).toBeNull();
  });

  test('writes the address to a private file if it is told to', async () => {
    const folder = newFolder();
    const file = join(folder, 'url');
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const shell = start(['--url-file', file], {});
    await printed(shell, file);
    expect(readFileSync(file, 'utf8')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#key=[\w-]{43}\n$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(shell.output()).not.toContain('#key=');
  });

  test('ends with one line if its port is taken', async () => {
    const port = await freePort();
    await printed(start(['--no-open', '--port', String(port)], {}), String(port));
    const second = start(['--no-open', '--port', String(port)], {});
    expect(await second.ended).toBe(1);
    expect(second.output().trim().split('\n')).toEqual([
      expect.stringContaining(`Port ${port} is taken by another program.`),
    ]);
  });

  test('ends with one line if its data folder cannot be used', async () => {
    const shell = start(['--no-open'], { MINIME_DATA: '/dev/null/minime' });
    expect(await shell.ended).toBe(1);
    expect(shell.output().trim().split('\n')).toEqual([expect.stringContaining('/dev/null/minime')]);
  });
});
