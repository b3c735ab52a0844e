import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { within } from '../../src/host/within.ts';
import { breakages, breakShell, shellCopy } from './electron/breakages.ts';
import * as checks from './electron/checks.ts';
import {
  launchShell,
  makeFolder,
  onDouble,
  projectFolder,
  removeFolder,
  runShell,
  type Shell,
  testedOn,
} from './electron/shell.ts';

beforeAll(() => {
  execFileSync(process.execPath, [join(projectFolder, 'scripts/build.mjs'), '--quiet'], { stdio: 'inherit' });
});

describe(`the Electron shell (${testedOn})`, () => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await launchShell();
  });
  afterAll(() => shell.close());

  test.for(Object.entries(checks))('%s', async ([, check]) => {
    await expect(check(shell)).resolves.toBeUndefined();
  });
});

describe(`a shell broken on purpose is noticed (${testedOn})`, () => {
  const refused = breakages.filter(({ refusedByDouble }) => onDouble && refusedByDouble);
  const started = breakages.filter((breakage) => !refused.includes(breakage));
  let appFolder: string;
  beforeEach(() => {
    appFolder = shellCopy();
  });
  afterEach(() => removeFolder(appFolder));

  test('nothing broken: all checks pass', async () => {
    const shell = await launchShell({ appFolder });
    try {
      for (const { noticedBy } of started) await expect(noticedBy(shell)).resolves.toBeUndefined();
    } finally {
      await shell.close();
    }
  });

  test.for(refused)('$name', async (breakage) => {
    breakShell(appFolder, breakage);
    const dataFolder = makeFolder();
    const { code, output } = await runShell(appFolder, dataFolder);
    await removeFolder(dataFolder);
    expect(code).toBe(1);
    expect(output).toMatch(breakage.refusedByDouble ?? /never/);
  });

  test.for(started)('$name', async (breakage) => {
    breakShell(appFolder, breakage);
    const shell = await launchShell({ appFolder });
    try {
      const noticed = within(breakage.noticedBy(shell), 60_000, 'The check has not ended within a minute.');
      await expect(noticed).rejects.toThrow(/^expected|no event came/);
    } finally {
      await shell.close();
    }
  });
});
