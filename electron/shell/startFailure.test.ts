import { expect, test } from 'vitest';
import { MinimeError } from '../../src/contract/errors.ts';
import { startFailure } from './startFailure.ts';

test('what, why and what to do, in one line and as a text', () => {
  const failure = startFailure(
    new MinimeError({ kind: 'storage', message: 'It failed.', cause: 'Disk\nfull.', remedy: 'Make room.' }),
  );
  expect(failure.line).toBe('Minime could not start: It failed. Disk full. Make room.');
  expect(failure.text).toBe('It failed.\n\nDisk\nfull.\n\nMake room.');
});

test('anything else is a defect', () => {
  expect(startFailure(new TypeError('x is undefined')).info.kind).toBe('internal');
});
