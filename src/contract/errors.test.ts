import { describe, expect, test } from 'vitest';
import { MinimeError, toErrorInfo } from './errors.ts';

describe('what is thrown becomes an ErrorInfo', () => {
  test('a MinimeError as it is, with the host if it named none', () => {
    const error = new MinimeError({ kind: 'storage', message: 'Full.' });
    expect(toErrorInfo(error)).toEqual({ kind: 'storage', message: 'Full.' });
    expect(toErrorInfo(error, { host: 'n1' }).host).toBe('n1');
    const named = new MinimeError({ kind: 'storage', message: 'Full.', host: 'n2' });
    expect(toErrorInfo(named, { host: 'n1' }).host).toBe('n2');
  });

  test('an aborted signal as cancelled', () => {
    const abort = new AbortController();
    abort.abort();
    expect(toErrorInfo(abort.signal.reason)).toMatchObject({ kind: 'cancelled' });
  });

  test('anything else as a defect that is told, not hidden', () => {
    expect(toErrorInfo(new TypeError('x is undefined'))).toMatchObject({
      kind: 'internal',
      message: expect.stringContaining('x is undefined'),
      details: expect.stringContaining('errors.test.ts'),
    });
    for (const thrown of ['text', undefined, null, 7]) {
      expect(toErrorInfo(thrown)).toMatchObject({
        kind: 'internal',
        message: expect.stringContaining(String(thrown)),
      });
    }
  });
});
