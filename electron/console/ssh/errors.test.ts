import { expect, it } from 'vitest';
import { dialFailed } from './errors.ts';

const system = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

it.each([
  ['ENOTFOUND', 'unreachable', /could not be resolved/],
  ['EAI_AGAIN', 'unreachable', /name server/],
  ['ECONNREFUSED', 'unreachable', /nothing listens/],
  ['EHOSTUNREACH', 'unreachable', /switched off/],
  ['ENETUNREACH', 'unreachable', /no route/],
  ['ECONNRESET', 'unreachable', /broke the connection off/],
  ['ETIMEDOUT', 'timeout', /in time/],
  ['EPERM', 'unreachable', /connect EPERM/],
])('%s is told in words, with a remedy', (code, kind, cause) => {
  const { info } = dialFailed('web1', '10.0.0.1, port 22', system(code));
  expect(info).toMatchObject({
    ...{ kind, host: 'web1', message: 'web1 cannot be reached (10.0.0.1, port 22).' },
    ...{ cause: expect.stringMatching(cause), remedy: expect.any(String) },
  });
});

it('of several addresses that failed, a reason that is known counts', () => {
  const all = new AggregateError([system('EPERM'), system('ECONNREFUSED')]);
  expect(dialFailed('web1', 'x', all).info.cause).toMatch(/nothing listens/);
});
