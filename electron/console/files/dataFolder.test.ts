import { expect, test } from 'vitest';
import { defaultDataFolder } from './dataFolder.ts';

test.each([
  [{ MINIME_DATA: '/data' }, 'linux', '/data'],
  [{}, 'linux', '/home/ann/.config/minime'],
  [{ XDG_CONFIG_HOME: '/etc/xdg' }, 'linux', '/etc/xdg/minime'],
  [{ MINIME_DATA: '', XDG_CONFIG_HOME: '' }, 'linux', '/home/ann/.config/minime'],
  [{}, 'darwin', '/home/ann/Library/Application Support/Minime'],
] as const)('data folder for %j on %s', (environment, platform, expected) => {
  expect(defaultDataFolder(environment, platform, '/home/ann')).toBe(expected);
});
