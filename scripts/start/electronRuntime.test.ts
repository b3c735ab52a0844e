import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { downloadIsRedirected, fetchRuntime, findRuntime } from './electronRuntime.ts';

async function electronPackage() {
  const folder = await mkdtemp(join(tmpdir(), 'minime-electron-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'dist'));
  return folder;
}

/** An installer in the package that runs this code. */
async function installer(folder: string, code: string) {
  await writeFile(join(folder, 'package.json'), '{}');
  await writeFile(join(folder, 'install.js'), code);
}

const INSTALLS = `
  const { writeFileSync } = require('node:fs');
  writeFileSync(__dirname + '/path.txt', 'electron');
  writeFileSync(__dirname + '/dist/electron', '');
`;

describe("Electron's runtime", () => {
  test('is found where the package says, if it is there', async () => {
    const folder = await electronPackage();
    expect(findRuntime(folder, {})).toBeNull();
    await writeFile(join(folder, 'path.txt'), 'electron');
    expect(findRuntime(folder, {})).toBeNull();
    await writeFile(join(folder, 'dist/electron'), '');
    expect(findRuntime(folder, {})).toBe(join(folder, 'dist/electron'));
  });

  test('is found where the environment says', async () => {
    const folder = await electronPackage();
    const elsewhere = await electronPackage();
    await writeFile(join(elsewhere, 'electron'), '');
    expect(findRuntime(folder, { ELECTRON_OVERRIDE_DIST_PATH: elsewhere })).toBe(join(elsewhere, 'electron'));
    expect(findRuntime(folder, { ELECTRON_OVERRIDE_DIST_PATH: folder })).toBeNull();
    expect(findRuntime(folder, { ELECTRON_EXEC_PATH: join(elsewhere, 'electron') })).toBe(
      join(elsewhere, 'electron'),
    );
  });

  test('is what the installer has put there', async () => {
    const folder = await electronPackage();
    await installer(folder, INSTALLS);
    expect(await fetchRuntime(folder, {})).toEqual({ runtime: join(folder, 'dist/electron') });
  });

  test.each([
    ['fails', "console.error('no route to host\\n    at stack'); process.exit(1)", 'no route to host'],
    ['says nothing', 'process.exit(3)', 'its installer ended with exit code 3'],
    ['installs nothing', '', 'its installer ended with exit code 0'],
  ])('is missing, and the reason told, when the installer %s', async (_, code, failure) => {
    const folder = await electronPackage();
    await installer(folder, code);
    expect(await fetchRuntime(folder, {})).toEqual({ failure });
  });

  test('comes from elsewhere when a mirror, proxy or cache is set', () => {
    expect(downloadIsRedirected({})).toBe(false);
    expect(downloadIsRedirected({ ELECTRON_MIRROR: '' })).toBe(false);
    for (const name of ['ELECTRON_MIRROR', 'https_proxy', 'electron_config_cache']) {
      expect(downloadIsRedirected({ [name]: 'x' })).toBe(true);
    }
  });
});
