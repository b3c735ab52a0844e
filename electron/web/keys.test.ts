import { describe, expect, test } from 'vitest';
import { createKeys, KEY_LIFETIME } from './keys.ts';

describe('keys', () => {
  test('have 256 bits and are never the same', () => {
    const keys = createKeys(() => 0);
    const [first, second] = [keys.issue(), keys.issue()];
    expect(Buffer.from(first, 'base64url')).toHaveLength(32);
    expect(first).not.toBe(second);
  });

  test('are good once', () => {
    const keys = createKeys(() => 0);
    const key = keys.issue();
    const session = keys.redeem(key);
    expect(session).not.toBeNull();
    expect(keys.redeem(key)).toBeNull();
    expect(keys.isSession(session ?? '')).toBe(true);
  });

  test('are good for a minute', () => {
    let now = 0;
    const keys = createKeys(() => now);
    const [first, second] = [keys.issue(), keys.issue()];
    now = KEY_LIFETIME - 1;
    expect(keys.redeem(first)).not.toBeNull();
    now = KEY_LIFETIME;
    expect(keys.redeem(second)).toBeNull();
  });

  test('that were not issued are worth nothing, and keys are no sessions', () => {
    const keys = createKeys(() => 0);
    const key = keys.issue();
    expect(keys.redeem('')).toBeNull();
    expect(keys.redeem(`${key}x`)).toBeNull();
    expect(keys.isSession(key)).toBe(false);
    expect(keys.isSession('')).toBe(false);
  });
});
