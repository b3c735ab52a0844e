import { describe, expect, test } from 'vitest';
import { hostAddressSchema, promptAnswerSchema, promptSchema } from './inventory.ts';

describe('a host address', () => {
  test.each(['n1', 'n1.example.org', '10.0.0.1', 'fe80::1%eth0', '  n1  ', 'host_alias-2'])(
    'can be %j',
    (address) => {
      expect(hostAddressSchema.parse({ address }).address).toBe(address.trim());
    },
  );

  test.each([
    '',
    ' ',
    '-oProxyCommand=reboot',
    'n1;reboot',
    'n1 n2',
    '$(reboot)',
    'a/b',
    'user@n1',
    'n1\nn2',
  ])('cannot be %j', (address) => {
    expect(hostAddressSchema.safeParse({ address }).success).toBe(false);
  });

  test.each([0, 65_536, 1.5, '22'])('has no port %j', (port) => {
    expect(hostAddressSchema.safeParse({ address: 'n1', port }).success).toBe(false);
  });

  test.each(['root;id', '$(id)', '', 'a b'])('has no user %j', (user) => {
    expect(hostAddressSchema.safeParse({ address: 'n1', user }).success).toBe(false);
  });
});

test('an answer of the admin is never part of a prompt', () => {
  const prompt = {
    id: 'p1',
    hostId: 'h1',
    host: 'n1',
    kind: 'secret',
    purpose: 'password',
    questions: [{ text: 'Password:', echo: false }],
    canRemember: true,
  };
  const answer = promptAnswerSchema.parse({ kind: 'secret', answers: ['hunter2'], remember: true });
  expect(JSON.stringify(promptSchema.parse({ ...prompt, ...answer, kind: 'secret' }))).not.toContain(
    'hunter2',
  );
});
