import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chooseShell } from './chooseShell.ts';
import { downloadIsRedirected, fetchRuntime, findRuntime, probeDownloadHost } from './electronRuntime.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const electronPackage = join(root, 'node_modules/electron');

/** Builds, chooses the shell, runs it to its end. Returns the exit code. */
export async function start(options: readonly string[]): Promise<number> {
  if (!existsSync(electronPackage)) return fail('The dependencies are missing. Run: npm ci');
  const built = await run(process.execPath, [join(root, 'scripts/build.mjs'), '--quiet']);
  if (built !== 0) return fail('Minime could not be built; see above.');

  const rest = options.filter((option) => option !== '--web' && option !== '--electron');
  const choice = await chooseShell({
    forced: forcedShell(options),
    runtime: findRuntime(electronPackage, process.env),
    hasDisplay: hasDisplay(),
    downloadIsRedirected: downloadIsRedirected(process.env),
    probeDownloadHost,
    fetchRuntime: () => fetchRuntime(electronPackage, process.env),
  });
  switch (choice.shell) {
    case 'none':
      return fail(`Electron cannot be started: ${choice.because}.`);
    case 'web':
      say(choice.because === null ? 'Starting the web shell.' : `Starting the web shell: ${choice.because}.`);
      return await run(process.execPath, [join(root, 'out/web/server.js'), ...rest]);
    case 'electron':
      say('Starting Minime in Electron.');
      return await runElectron(choice.runtime, rest);
  }
}

async function runElectron(runtime: string, options: readonly string[]): Promise<number> {
  // Chromium's sandbox refuses to work for root.
  const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const code = await run(runtime, [...sandbox, root, ...options]);
  // A crash is not covered up by another shell: whoever has Electron should know that it does not work.
  return code === 0 ? 0 : fail(`Electron ended with exit code ${code}. To start without it: npm run web`);
}

function forcedShell(options: readonly string[]): 'electron' | 'web' | null {
  if (options.includes('--web')) return 'web';
  return options.includes('--electron') ? 'electron' : null;
}

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Runs a program in the foreground. Returns its exit code. */
function run(program: string, options: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, options, { stdio: 'inherit' });
    const passOn = (signal: NodeJS.Signals) => child.kill(signal);
    // The terminal sends Ctrl+C to the program, too; it ends when that has.
    const wait = () => undefined;
    process.on('SIGINT', wait).on('SIGTERM', passOn).on('SIGHUP', passOn);
    const end = (code: number) => {
      process.off('SIGINT', wait).off('SIGTERM', passOn).off('SIGHUP', passOn);
      resolve(code);
    };
    child.once('error', (error) => end(fail(`${program} could not be started: ${error.message}`)));
    child.once('exit', (code) => end(code ?? 1));
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(line: string): number {
  process.stderr.write(`${line}\n`);
  return 1;
}
