import { expect, it } from 'vitest';
import { readCommand, writeCommand } from './files.ts';

it.each(['relative', '', '/folder/', '/a\0b'])('refuses the path %j', (path) => {
  expect(() => writeCommand(path, '0644', 1)).toThrow(/not the absolute path/);
  expect(() => readCommand(path, 1)).toThrow(/not the absolute path/);
});

it.each(['4755', '888', 'u+x', '', '0644; rm'])('refuses the mode %j', (mode) => {
  expect(() => writeCommand('/etc/x', mode, 1)).toThrow(/not a file mode/);
});
