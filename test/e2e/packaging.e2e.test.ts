import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { extractAll, extractFile, listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as checks from './electron/checks.ts';
import { fuses, makeStandInRuntime, type Packaging, packageOn } from './electron/packaging.ts';
import {
  launchShell,
  makeFolder,
  onDouble,
  projectFolder,
  removeFolder,
  runShell,
  testedOn,
} from './electron/shell.ts';

const folder = makeFolder();
const runtime = join(folder, 'runtime');
const product = join(folder, 'dist/linux-unpacked');
const archive = join(product, 'resources/app.asar');
let packaging: Packaging;
let packed: string[];

beforeAll(async () => {
  execFileSync(process.execPath, [join(projectFolder, 'scripts/build.mjs'), '--quiet'], { stdio: 'inherit' });
  makeStandInRuntime(runtime);
  packaging = await packageOn(runtime, join(folder, 'dist'));
  packed = existsSync(archive) ? listPackage(archive, { isPack: false }).map((path) => path.slice(1)) : [];
});
afterAll(() => removeFolder(folder));

describe('packaging on a stand-in runtime', () => {
  test('the configuration is valid and the product is made', () => {
    expect(packaging.output).not.toMatch(/⨯|invalid/i);
    expect(packaging.code).toBe(0);
    expect(existsSync(join(product, 'minime'))).toBe(true);
  });

  test('a setting the packager does not know is refused', async () => {
    const { code, output } = await packageOn(
      runtime,
      join(folder, 'refused'),
      '-c.electronFuses.noSuchFuse=true',
    );
    expect(code).not.toBe(0);
    expect(output).toContain('configuration.electronFuses');
  });

  test('the archive holds the built parts and what goes onto hosts', () => {
    const expected = ['main', 'preload', 'renderer', 'host', 'embedded'].flatMap((part) =>
      filesIn(`out/${part}`),
    );
    expected.push(...filesIn('resources/host'), 'package.json');
    const own = packed.filter((path) => !path.startsWith('node_modules') && !isFolder(path));
    expect(own.toSorted()).toEqual(expected.filter((path) => !path.endsWith('.map')).toSorted());
    const differing = own.filter(
      (path) =>
        path.startsWith('out/') &&
        !extractFile(archive, path).equals(readFileSync(join(projectFolder, path))),
    );
    expect(differing).toEqual([]);
  });

  test('the archive holds every package that is imported, and none that only builds or tests', () => {
    const manifest = readManifest(readFileSync(join(projectFolder, 'package.json'), 'utf8'));
    const packages = new Set(packed.map(packageOf).filter((name) => name !== null));
    for (const name of importedPackages()) expect(packages).toContain(name);
    for (const name of Object.keys(manifest.devDependencies ?? {})) expect(packages).not.toContain(name);
    for (const name of ['ws', 'cpu-features', 'nan']) expect(packages).not.toContain(name);
    expect(readManifest(extractFile(archive, 'package.json').toString())).toMatchObject({
      main: 'out/main/main.js',
    });
  });

  test('the fuses are set', async () => {
    const read = async (executable: string) => {
      const wire = (await getCurrentFuseWire(executable)) as unknown as Record<number, number>;
      return Object.fromEntries(
        Object.keys(fuses).map((name) => [
          name,
          wire[FuseV1Options[name as keyof typeof fuses]] === '1'.charCodeAt(0),
        ]),
      );
    };
    const opposite = Object.fromEntries(Object.entries(fuses).map(([name, wanted]) => [name, !wanted]));
    expect(await read(join(runtime, 'electron'))).toEqual(opposite);
    expect(await read(join(product, 'minime'))).toEqual(fuses);
  });

  describe(`the archive, unpacked and started (${testedOn})`, () => {
    const appFolder = join(folder, 'app');
    beforeAll(() => extractAll(archive, appFolder));

    test('works by itself, away from the project', async () => {
      const shell = await launchShell({ appFolder });
      try {
        await expect(checks.windowIsSandboxed(shell)).resolves.toBeUndefined();
        await expect(checks.callsAreAnswered(shell)).resolves.toBeUndefined();
        await expect(checks.inlineCodeIsBlocked(shell)).resolves.toBeUndefined();
      } finally {
        await shell.close();
      }
    });

    test.runIf(onDouble)('does not start without one of its packages', async () => {
      rmSync(join(appFolder, 'node_modules/ssh2'), { recursive: true });
      const { code, output } = await runShell(appFolder, join(folder, 'data'));
      expect(code).toBe(1);
      expect(output).toMatch(/Cannot find package .*ssh2/);
    });
  });
});

const filesIn = (path: string): string[] =>
  readdirSync(join(projectFolder, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(projectFolder.length + 1));

const isFolder = (path: string) =>
  existsSync(join(projectFolder, path)) && statSync(join(projectFolder, path)).isDirectory();

/** The package a path in the archive belongs to: what follows the last `node_modules/`. */
function packageOf(path: string): string | null {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(path)?.[1] ?? null;
}

function importedPackages(): Set<string> {
  const source = readFileSync(join(projectFolder, 'out/main/main.js'), 'utf8');
  const specifiers = [...source.matchAll(/^import .* from "([^"]+)";$/gm)].map(
    ([, specifier = '']) => specifier,
  );
  const names = specifiers.map((specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '');
  return new Set(
    names.filter(
      (name) => !name.startsWith('node:') && name !== 'electron' && !builtinModules.includes(name),
    ),
  );
}

function readManifest(text: string): { main?: string; devDependencies?: Record<string, string> } {
  return JSON.parse(text) as { main?: string; devDependencies?: Record<string, string> };
}
