import { readFileSync } from 'node:fs';
import { runProcess } from './process.ts';

const isDebian = (): boolean => {
  try {
    return /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
};

async function missingPackages(packages: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const name of packages) {
    const result = await runProcess(['dpkg-query', '-W', '-f', '${Status}', name], { timeoutMs: 30_000 });
    if (!result.output.includes('install ok installed')) missing.push(name);
  }
  return missing;
}

/**
 * Sees to it that the packages are there: installs what is missing when this is Debian and we are root.
 * Returns why the suites that need them must be left out, or null if nothing is missing.
 */
export async function ensurePackages(
  packages: readonly string[],
  say: (line: string) => void,
): Promise<string | null> {
  if (!isDebian()) return 'needs a Debian system';
  const missing = await missingPackages(packages);
  if (missing.length === 0) return null;
  if (process.getuid?.() !== 0) {
    return `missing packages, install them with: sudo apt-get install ${missing.join(' ')}`;
  }
  say(`installing ${missing.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...missing];
  const update = await runProcess(['apt-get', 'update', '-q'], { timeoutMs: 300_000, env });
  const result = await runProcess(install, { timeoutMs: 900_000, env });
  if (result.code === 0) return null;
  return `apt-get install failed:\n${update.output.slice(-1000)}\n${result.output.slice(-2000)}`;
}
