import pino from 'pino';
import { describe, expect, test, vi } from 'vitest';
import { consoleCalls } from '../../src/contract/consoleApi.ts';
import { MinimeError } from '../../src/contract/errors.ts';
import { type CallHandlers, createDispatch } from './dispatch.ts';

const options = { logger: pino({ level: 'silent' }), checkOutputs: true };

function handlersWith(handlers: Partial<CallHandlers>): CallHandlers {
  const refuse = () => {
    throw new Error('not part of this test');
  };
  const all = Object.fromEntries(Object.keys(consoleCalls).map((name) => [name, refuse]));
  return { ...all, ...handlers } as unknown as CallHandlers;
}

describe('the dispatch', () => {
  test('hands over the checked input and answers with the value', async () => {
    const add = vi.fn<CallHandlers['hosts.add']>(() => ({ hostId: 'h1' }));
    const call = createDispatch(handlersWith({ 'hosts.add': add }), options);
    await expect(call('hosts.add', { address: ' n1 ', extra: 1 })).resolves.toEqual({
      ok: true,
      value: { hostId: 'h1' },
    });
    expect(add).toHaveBeenCalledWith({ address: 'n1' });
  });

  test.each(['', 'hosts.Add', 'constructor', '__proto__', 'toString'])(
    'knows no call named "%s"',
    async (name) => {
      const call = createDispatch(handlersWith({}), options);
      expect(await call(name, {})).toMatchObject({ ok: false, error: { kind: 'unsupported' } });
    },
  );

  test.each([
    undefined,
    null,
    'n1',
    {},
    { address: '' },
    { address: '-oProxyCommand=x' },
    { address: 'a b' },
  ])('refuses the input %j before the handler sees it', async (input) => {
    const add = vi.fn<CallHandlers['hosts.add']>(() => ({ hostId: 'h1' }));
    const call = createDispatch(handlersWith({ 'hosts.add': add }), options);
    expect(await call('hosts.add', input)).toMatchObject({ ok: false, error: { kind: 'invalid-input' } });
    expect(add).not.toHaveBeenCalled();
  });

  test('does not repeat what was entered in its refusal', async () => {
    const call = createDispatch(handlersWith({}), options);
    const result = await call('prompts.answer', {
      promptId: 'p1',
      answer: { kind: 'secret', answers: 'hunter2', remember: 'hunter2' },
    });
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  test('passes a typed error on and makes anything else a defect', async () => {
    const call = createDispatch(
      handlersWith({
        'hosts.connect': () => Promise.reject(new MinimeError({ kind: 'not-found', message: 'Gone.' })),
        'hosts.disconnect': () => {
          throw new TypeError('x is not a function');
        },
      }),
      options,
    );
    expect(await call('hosts.connect', { hostId: 'h1' })).toEqual({
      ok: false,
      error: { kind: 'not-found', message: 'Gone.' },
    });
    expect(await call('hosts.disconnect', { hostId: 'h1' })).toMatchObject({
      ok: false,
      error: { kind: 'internal' },
    });
  });

  test('catches an answer that breaks the contract', async () => {
    const call = createDispatch(
      handlersWith({ 'hosts.add': (() => ({ hostId: 1 })) as unknown as CallHandlers['hosts.add'] }),
      options,
    );
    expect(await call('hosts.add', { address: 'n1' })).toMatchObject({
      ok: false,
      error: { kind: 'internal' },
    });
  });
});
