import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import pino from 'pino';
import { z } from 'zod';
import { toErrorInfo } from '../../src/contract/errors.ts';
import { createConsoleCore } from '../console/core.ts';
import { defaultDataFolder } from '../console/files/dataFolder.ts';
import { openKeyringSecrets } from '../console/secrets/keyringSecrets.ts';
import { memorySecrets } from '../console/secrets/memorySecrets.ts';
import { openPassphraseSecrets } from '../console/secrets/passphraseSecrets.ts';
import type { SecretStorage } from '../console/secrets/secretStorage.ts';
import { askPassphrase } from './askPassphrase.ts';
import { chooseBrowser, openAppWindow } from './browser.ts';
import { KEY_LIFETIME } from './keys.ts';
import { startWebShell, type WebShell } from './webShell.ts';

/** The project's folder; this file is built to out/web/server.js. */
const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

interface Arguments {
  port: number;
  open: boolean;
  urlFile?: string;
  passphrase?: true;
}

function readArguments(): Arguments {
  return new Command('minime-web')
    .description('Minime in a browser: serves the console on 127.0.0.1 only.')
    .option('--port <number>', 'port to listen on; 0 takes any free one', parsePort, 0)
    .option('--no-open', 'open no window, print the address instead')
    .option('--url-file <path>', 'write the address to this file (0600) instead of printing it')
    .option('--passphrase', 'remember secrets in a file, encrypted by a passphrase asked for in the terminal')
    .parse()
    .opts<Arguments>();
}

async function openSecrets({ passphrase }: Arguments): Promise<SecretStorage> {
  if (passphrase === undefined) return (await openKeyringSecrets()) ?? memorySecrets();
  const path = join(defaultDataFolder(), 'secrets.json');
  const { storage, notice } = await openPassphraseSecrets(path, askPassphrase, Date.now());
  if (notice !== undefined) say([notice.title, notice.remedy].join(' '));
  return storage;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('Enter 0 to 65535.');
  return port;
}

async function main(): Promise<void> {
  const chosen = readArguments();
  const logger = pino({ name: 'minime', level: process.env.MINIME_LOG_LEVEL ?? 'warn' }, pino.destination(2));
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')));

  const core = await createConsoleCore({
    dataFolder: defaultDataFolder(),
    shell: 'web',
    version,
    secretStorage: await openSecrets(chosen),
    resources: {
      hostProgram: join(projectFolder, 'out/host/vmcl.cjs'),
      hostFiles: join(projectFolder, 'resources/host'),
      embeddedProgram: join(projectFolder, 'out/embedded/embedded.cjs'),
    },
    logger,
  });
  let letIn = false;
  const shell = await startWebShell({
    core,
    rendererFolder: join(projectFolder, 'out/renderer'),
    port: chosen.port,
    logger,
    onAuthenticated: () => {
      letIn = true;
    },
  }).catch(async (error: unknown) => {
    await core.dispose();
    throw error;
  });

  const finished = new AbortController();
  const stop = () => finished.abort();
  process.once('SIGINT', stop); // A second Ctrl+C ends the process at once.
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);

  const browser = chosen.open && chosen.urlFile === undefined ? chooseBrowser() : null;
  if (browser !== null && 'browser' in browser) {
    await showWindow(shell, browser.browser, finished);
  } else {
    if (browser !== null) say(`No window can be opened here: ${browser.reason}.`);
    await offerAddress(shell, chosen.urlFile, () => letIn, finished.signal);
  }
  if (!finished.signal.aborted) await once(finished.signal);
  await shell.close();
  await core.dispose();
}

/** Runs until the window is closed; a browser that does not start leaves the address as the way in. */
async function showWindow(shell: WebShell, browser: string, finished: AbortController): Promise<void> {
  const window = await openAppWindow(browser, shell.newAddress());
  finished.signal.addEventListener('abort', () => window.close(), { once: true });
  say(`Minime is running in a window of ${browser}. Close the window to end it.`);
  void window.ended.then(async (failure) => {
    if (failure === null) {
      finished.abort();
      return;
    }
    say(`${browser} could not show Minime (${failure}).`);
    await offerAddress(shell, undefined, () => false, finished.signal);
  });
}

/** The address is renewed until a page was let in, so that it works whenever the admin gets to it. */
async function offerAddress(
  shell: WebShell,
  file: string | undefined,
  letIn: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  if (file !== undefined) {
    const renew = () => writeFile(file, `${shell.newAddress()}\n`, { mode: 0o600 });
    await renew();
    say(`The address to open in a browser is in ${file}.`);
    const timer = setInterval(() => void (letIn() ? clearInterval(timer) : renew()), KEY_LIFETIME - 10_000);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
    return;
  }
  const print = () =>
    say(`Open this address in a browser within a minute (it works once): ${shell.newAddress()}`);
  print();
  if (!process.stdin.isTTY) return;
  say('Press Enter for a new address, Ctrl+C to end.');
  const lines = createInterface({ input: process.stdin });
  lines.on('line', print);
  signal.addEventListener('abort', () => lines.close(), { once: true });
}

function once(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((thrown: unknown) => {
  const { kind, message, cause, remedy, details } = toErrorInfo(thrown);
  process.stderr.write(`${[message, cause, remedy].filter((part) => part !== undefined).join(' ')}\n`);
  if (kind === 'internal' && details !== undefined) process.stderr.write(`${details}\n`);
  process.exitCode = 1;
});
