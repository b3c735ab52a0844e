import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const projectFolder = new URL('../../..', import.meta.url).pathname;
const START_MS = 30_000;

/** The web shell as a user starts it, in a process and a home folder of its own. */
export interface WebConsole {
  /** Good for one page. */
  address: string;
  /** Where it keeps its state. */
  dataFolder: string;
  /** What it printed, for a test that fails. */
  output(): string;
  close: () => Promise<void>;
}

export async function startWebConsole(): Promise<WebConsole> {
  const home = await mkdtemp(join(tmpdir(), 'minime-e2e-'));
  const urlFile = join(home, 'address');
  const dataFolder = join(home, 'data');
  // No agent and no keys of the user who runs the tests: what the console asks for depends on the test alone.
  const { SSH_AUTH_SOCK: _, ...environment } = process.env;
  const child = spawn(process.execPath, ['out/web/server.js', '--url-file', urlFile], {
    cwd: projectFolder,
    env: { ...environment, HOME: home, MINIME_DATA: dataFolder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const close = async (): Promise<void> => {
    await end(child);
    await rm(home, { recursive: true, force: true });
  };
  const deadline = Date.now() + START_MS;
  while (!existsSync(urlFile) || readFileSync(urlFile, 'utf8') === '') {
    if (child.exitCode !== null || Date.now() > deadline) {
      await close();
      throw new Error(`The web shell did not start:\n${output}`);
    }
    await delay(50);
  }
  return { address: readFileSync(urlFile, 'utf8').trim(), dataFolder, output: () => output, close };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(killer);
}
