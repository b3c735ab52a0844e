import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DOWNLOAD_HOST = 'https://github.com/electron/electron/releases/';
const PROBE_MS = 4_000;

/** Settings of @electron/get and of npm that lead the download elsewhere. */
const REDIRECTING = [
  'ELECTRON_MIRROR',
  'ELECTRON_NIGHTLY_MIRROR',
  'ELECTRON_CUSTOM_DIR',
  'npm_config_electron_mirror',
  'electron_config_cache',
  'ELECTRON_GET_USE_PROXY',
  'HTTPS_PROXY',
  'https_proxy',
  'npm_config_https_proxy',
  'npm_config_proxy',
];

export function downloadIsRedirected(environment: NodeJS.ProcessEnv): boolean {
  return REDIRECTING.some((name) => Boolean(environment[name]));
}

/**
 * Electron's executable if it is on disk, looked for as the electron package itself does. Never by importing that
 * package, which would start to download it.
 */
export function findRuntime(packageFolder: string, environment: NodeJS.ProcessEnv): string | null {
  if (environment.ELECTRON_EXEC_PATH) return existing(environment.ELECTRON_EXEC_PATH);
  const pathFile = join(packageFolder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : null;
  if (environment.ELECTRON_OVERRIDE_DIST_PATH) {
    return existing(join(environment.ELECTRON_OVERRIDE_DIST_PATH, name ?? 'electron'));
  }
  return name === null ? null : existing(join(packageFolder, 'dist', name));
}

const existing = (path: string) => (existsSync(path) ? path : null);

/** Null if the download host answers within a few seconds, whatever it answers. */
export async function probeDownloadHost(): Promise<string | null> {
  try {
    await fetch(DOWNLOAD_HOST, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(PROBE_MS) });
    return null;
  } catch {
    return 'github.com does not answer';
  }
}

/** Runs the package's own installer, its output on screen. */
export async function fetchRuntime(
  packageFolder: string,
  environment: NodeJS.ProcessEnv,
): Promise<{ runtime: string } | { failure: string }> {
  const { code, lastLine } = await runInstaller(join(packageFolder, 'install.js'));
  const runtime = findRuntime(packageFolder, environment);
  if (code === 0 && runtime !== null) return { runtime };
  return { failure: lastLine === '' ? `its installer ended with exit code ${code}` : lastLine };
}

function runInstaller(script: string): Promise<{ code: number | null; lastLine: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'inherit', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.once('error', (error) => resolve({ code: null, lastLine: error.message }));
    // The first line of a stack is the message.
    child.once('close', (code) =>
      resolve({
        code,
        lastLine:
          said
            .trim()
            .split('\n')[0]
            ?.replace(/^\w*Error: /, '') ?? '',
      }),
    );
  });
}
