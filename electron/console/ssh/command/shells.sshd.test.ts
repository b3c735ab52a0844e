import { describe, expect, it } from 'vitest';
import { argumentsArrive } from '../testing/shells.ts';

describe('arguments arrive unchanged', () => {
  it('through fish', () => expect(argumentsArrive(['/usr/bin/fish', '--no-config'])).toBe(true));
  it('through tcsh', () => expect(argumentsArrive(['/bin/tcsh', '-f'])).toBe(true));
  it('through zsh', () => expect(argumentsArrive(['/bin/zsh', '-f'])).toBe(true));
  it('where /bin/sh is busybox', () => expect(argumentsArrive(['/bin/bash'], 'busybox sh')).toBe(true));
});
