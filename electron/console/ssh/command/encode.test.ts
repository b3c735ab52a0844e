import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { argumentsArrive } from '../testing/shells.ts';
import { commandLine } from './commandLine.ts';
import { encodeArgument } from './encode.ts';

const shells = ['/bin/sh', '/bin/bash', '/bin/dash'].filter((shell) => existsSync(shell));

describe('arguments', () => {
  it.each(shells)('arrive unchanged through %s', (shell) => expect(argumentsArrive([shell])).toBe(true));

  it.runIf(existsSync('/bin/bash'))('arrive unchanged where /bin/sh is bash', () => {
    expect(argumentsArrive(['/bin/bash'], 'bash --posix')).toBe(true);
  });

  it('are refused where no program could be given them', () => {
    expect(() => encodeArgument('a\0b')).toThrow(/NUL/);
    expect(() => commandLine([], 'none')).toThrow(/no program/);
    expect(() => encodeArgument('\ud800')).toThrow(/half a Unicode character/);
    expect(() => commandLine(['true', 'x'.repeat(140_000)], 'none')).toThrow(
      /more arguments than a host accepts/,
    );
  });

  it('hold nothing in the line that a shell could read another way', () => {
    expect(encodeArgument("it's $5!\n")).toMatch(/^[A-Za-z0-9./:@,+_-]+$/);
    expect(encodeArgument('')).toBe('_');
    expect(encodeArgument('_')).not.toBe('_');
  });
});
