import { describe, expect, it } from 'vitest';
import { readAddress, splitPasted } from './addressForm.ts';

const fields = { address: 'kvm1', port: '', user: '', identityFile: '' };

describe('the address of a host', () => {
  it('leaves out what was left empty', () =>
    expect(readAddress(fields)).toEqual({ value: { address: 'kvm1' } }));

  it('takes all of it', () =>
    expect(
      readAddress({ address: ' kvm1 ', port: '2222', user: 'admin', identityFile: '~/.ssh/lab' }),
    ).toEqual({
      value: { address: 'kvm1', port: 2222, user: 'admin', identityFile: '~/.ssh/lab' },
    }));

  it.each([
    [{ address: '' }, 'address', 'Enter a host name or an IP address.'],
    [{ address: '-oProxyCommand=x' }, 'address', 'Only letters, digits'],
    [{ port: '70000' }, 'port', 'from 1 to 65535'],
    [{ port: '22x' }, 'port', 'from 1 to 65535'],
    [{ user: 'a b' }, 'user', 'not allowed'],
  ] as const)('refuses %j with words at the field', (wrong, field, words) => {
    const result = readAddress({ ...fields, ...wrong });
    expect('problems' in result ? result.problems[field] : null).toContain(words);
  });

  it.each([
    ['root@kvm1:2222', { user: 'root', address: 'kvm1', port: '2222' }],
    ['kvm1', { address: 'kvm1' }],
    ['fe80::1', { address: 'fe80::1' }],
  ])('splits %s', (text, parts) => expect(splitPasted(text)).toEqual(parts));
});
