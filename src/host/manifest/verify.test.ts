import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyManifest } from './verify.ts';

let folder = '';
const at = (name: string): string => join(folder, name);
const asRoot = process.getuid?.() === 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-manifest-'));
  const files = ['a', 'b', 'c'].map((name) => ({
    path: at(name),
    sha256: createHash('sha256').update(name).digest('hex'),
    mode: '0640',
  }));
  for (const name of ['a', 'b', 'c']) {
    await writeFile(at(name), name);
    await chmod(at(name), 0o640);
  }
  const manifest = {
    format: 1,
    clusterId: 'c',
    vmclVersion: '1',
    writtenAt: 1,
    files,
    packages: [],
    units: [],
  };
  await writeFile(at('manifest.json'), JSON.stringify(manifest));
});
afterEach(() => rm(folder, { recursive: true }));

const verify = async (): Promise<string[]> => {
  const { problems, files } = await verifyManifest(at('manifest.json'), 'n1');
  expect(files).toBe(3);
  // Nobody but root makes files of root; what else is found does not depend on it.
  return problems
    .filter(({ id }) => asRoot || id !== 'file-mode')
    .map(({ id, subject }) => `${id} ${subject}`);
};

describe('verifyManifest', () => {
  it('finds nothing on a host as deployment left it', async () => {
    expect(await verify()).toEqual([]);
  });

  it('finds what was changed, removed and replaced', async () => {
    await writeFile(at('a'), 'other');
    await rm(at('b'));
    await rm(at('c'));
    await symlink('/etc/passwd', at('c'));
    expect(await verify()).toEqual([
      `file-changed ${at('a')}`,
      `file-missing ${at('b')}`,
      `file-replaced ${at('c')}`,
    ]);
  });

  it.runIf(asRoot)('finds a changed mode', async () => {
    await chmod(at('a'), 0o644);
    expect(await verify()).toEqual([`file-mode ${at('a')}`]);
  });

  it('finds a folder where a file was', async () => {
    await rm(at('a'));
    await mkdir(at('a'));
    expect(await verify()).toEqual([`file-replaced ${at('a')}`]);
  });

  it('says so when there is no manifest, or none it understands', async () => {
    await writeFile(at('manifest.json'), '{');
    await expect(verifyManifest(at('manifest.json'), 'n1')).rejects.toMatchObject({ kind: 'invalid-input' });
    await expect(verifyManifest(at('none'), 'n1')).rejects.toMatchObject({ kind: 'not-found' });
  });
});
