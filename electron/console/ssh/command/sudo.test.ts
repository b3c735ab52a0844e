import { expect, it } from 'vitest';
import { sudoFailure, WrongSudoPassword } from './sudo.ts';

it.each([
  ['minime is not in the sudoers file.', 'not-permitted', /does not allow/],
  ['minime is not in the sudoers file.  This incident will be reported.', 'not-permitted', /does not allow/],
  [
    "Sorry, user a is not allowed to execute '/bin/sh -c x' as root on hv1.",
    'not-permitted',
    /does not allow/,
  ],
  ['Sorry, user a may not run sudo on hv1.', 'not-permitted', /does not allow/],
  ['sudo: sorry, you must have a tty to run sudo', 'not-permitted', /requiretty/],
  ['env: ‘sudo’: No such file or directory', 'not-permitted', /not installed/],
  ['sudo: a password is required', 'not-permitted', /wants a password/],
  [
    'sudo: a terminal is required to read the password; either use the -S option',
    'not-permitted',
    /wants a password/,
  ],
  ['sudo: Account or password is expired, reset your password and try again', 'not-permitted', /expired/],
])('%s', (stderr, kind, why) => {
  expect(sudoFailure('hv1', stderr)?.info).toMatchObject({
    kind,
    host: 'hv1',
    cause: expect.stringMatching(why),
  });
  expect(sudoFailure('hv1', stderr)?.info.remedy).toBeDefined();
});

it.each(['Sorry, try again.\nsudo: no password was provided', 'sudo: 1 incorrect password attempt'])(
  '%s',
  (stderr) => {
    expect(sudoFailure('hv1', stderr)).toBeInstanceOf(WrongSudoPassword);
  },
);

it('says nothing of other output', () => {
  expect(sudoFailure('hv1', 'We trust you have received the usual lecture')).toBeNull();
});
