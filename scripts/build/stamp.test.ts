import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inputsHash, isCurrent, markCurrent } from './stamp.ts';
import type { Target } from './targets.ts';

const target: Target = {
  name: 'web',
  builder: 'webShell',
  inputs: ['source', 'config.json'],
  made: 'server.js',
};
let root: string;
const write = (path: string, text: string) => writeFile(join(root, path), text);
const current = async () => await isCurrent(root, target, await inputsHash(root, target));

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'minime-stamp-'));
  await mkdir(join(root, 'source/inner'), { recursive: true });
  await mkdir(join(root, 'out/web'), { recursive: true });
  await write('source/inner/a.ts', '1');
  await write('config.json', '{}');
  await write('out/web/server.js', 'built');
  await markCurrent(root, target, await inputsHash(root, target));
});
afterEach(() => rm(root, { recursive: true }));

test('what was never built is not current', async () => {
  await rm(join(root, 'out'), { recursive: true });
  expect(await current()).toBe(false);
});

test('what was built from these inputs is current', async () => expect(await current()).toBe(true));

test.for([
  ['an input has changed', 'source/inner/a.ts', '2'],
  ['an input was added', 'source/b.ts', ''],
  ['a configuration has changed', 'config.json', '{ }'],
  ['the output is another than was built', 'out/web/server.js', 'from elsewhere'],
  ['the output holds something else too', 'out/web/old.js', ''],
] as const)('not when %s', async ([, path, text]) => {
  await write(path, text);
  expect(await current()).toBe(false);
});

test('not when an input was renamed', async () => {
  await rm(join(root, 'source/inner/a.ts'));
  await write('source/inner/b.ts', '1');
  expect(await current()).toBe(false);
});

test('a test is no input', async () => {
  await write('source/a.test.ts', '');
  expect(await current()).toBe(true);
});

test('a build that left nothing is not marked', async () => {
  await rm(join(root, 'out/web/server.js'));
  await expect(markCurrent(root, target, 'x')).rejects.toThrow('left no server.js');
});
