import { fork } from 'node:child_process';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveConfig } from 'electron-vite';
import { build as esbuild } from 'esbuild';
import { build as viteBuild } from 'vite';
import { withBuildLock } from './lock.ts';
import { inputsHash, isCurrent, markCurrent } from './stamp.ts';
import { root, type Target, targets } from './targets.ts';

/**
 * Builds what is out of date. One target that cannot be built does not keep the others from being current. Returns
 * whether all are.
 */
export async function buildOutdated(quiet: boolean): Promise<boolean> {
  const say = (line: string) => quiet || process.stdout.write(`${line}\n`);
  let allCurrent = true;
  await withBuildLock(join(root, 'out/.build.lock'), say, async () => {
    for (const target of targets) {
      try {
        const hash = await inputsHash(root, target);
        if (await isCurrent(root, target, hash)) continue;
        const started = performance.now();
        await buildTarget(target);
        await markCurrent(root, target, hash);
        say(`build: ${target.name} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
      } catch (error) {
        allCurrent = false;
        process.stderr.write(
          `build: ${target.name} failed: ${error instanceof Error ? error.message : String(error)}\n`,
        );
      }
    }
  });
  return allCurrent;
}

/** The output is replaced only by a build that is complete. */
async function buildTarget(target: Target): Promise<void> {
  if (target.builder === 'hostProgram') {
    await runScript('scripts/build-host.mjs');
    return;
  }
  const output = join(root, 'out', target.name);
  const directory = join(root, `out/.building-${target.name}`);
  if (target.builder === 'webShell') await buildWebShell(directory);
  else if (target.builder === 'embeddedProgram') await buildEmbeddedProgram(directory);
  else await buildForElectron(target, directory);
  await rm(output, { recursive: true, force: true });
  await rename(directory, output);
}

async function buildForElectron({ name }: Target, directory: string): Promise<void> {
  const { config } = await resolveConfig({ root, logLevel: 'warn' }, 'build', 'production');
  const section = config?.[name as 'main' | 'preload' | 'renderer'];
  if (section === undefined) throw new Error(`electron.vite.config.ts says nothing of ${name}`);
  await viteBuild({ ...section, build: { ...section.build, outDir: directory, emptyOutDir: true } });
}

async function buildWebShell(directory: string): Promise<void> {
  await esbuild({
    absWorkingDir: root,
    entryPoints: ['electron/web/server.ts'],
    outfile: join(directory, 'server.js'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    sourcemap: true,
    logLevel: 'warning',
  });
}

/** In one file, so that it runs as a worker from wherever it lies, an archive too. */
async function buildEmbeddedProgram(directory: string): Promise<void> {
  await esbuild({
    absWorkingDir: root,
    entryPoints: ['src/embedded/main.ts'],
    outfile: join(directory, 'embedded.cjs'),
    bundle: true,
    // ssh2 does without both.
    external: ['*.node', 'cpu-features'],
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    sourcemap: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

function runScript(script: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(join(root, script), [], { cwd: root });
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${script} ended with ${signal ?? `code ${code}`}`)),
    );
  });
}
