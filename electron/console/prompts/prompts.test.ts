import { describe, expect, test } from 'vitest';
import type { ConsoleEvent } from '../../../src/contract/consoleApi.ts';
import { createEventHub } from '../events.ts';
import { createPrompts, type Question } from './prompts.ts';

const hostKey: Question = {
  kind: 'host-key',
  hostId: 'h1',
  host: 'n1',
  keyType: 'ssh-ed25519',
  fingerprint: 'SHA256:abc',
};
const password: Question = {
  kind: 'secret',
  hostId: 'h1',
  host: 'n1',
  purpose: 'password',
  questions: [{ text: 'Password', echo: false }],
  canRemember: true,
};

function setUp() {
  const events = createEventHub(true);
  const seen: ConsoleEvent[] = [];
  events.onEvent((event) => seen.push(event));
  return { prompts: createPrompts(events), seen, names: () => seen.map((event) => event.name) };
}

describe('a prompt', () => {
  test('is open until it is answered', async () => {
    const { prompts, names } = setUp();
    const answer = prompts.ask(hostKey, new AbortController().signal);
    const [open] = prompts.open();
    expect(open).toMatchObject(hostKey);
    prompts.answer(open?.id ?? '', { kind: 'host-key', accept: true });
    await expect(answer).resolves.toEqual({ kind: 'host-key', accept: true });
    expect(prompts.open()).toEqual([]);
    expect(names()).toEqual(['prompt.opened', 'prompt.closed']);
    expect(() => prompts.answer(open?.id ?? '', { kind: 'cancel' })).toThrow('not open any more');
  });

  test('can be cancelled by the admin', async () => {
    const { prompts } = setUp();
    const answer = prompts.ask(password, new AbortController().signal);
    prompts.answer(prompts.open()[0]?.id ?? '', { kind: 'cancel' });
    await expect(answer).resolves.toEqual({ kind: 'cancel' });
  });

  test('closes when the connection is given up', async () => {
    const { prompts, names } = setUp();
    const connection = new AbortController();
    const answer = prompts.ask(password, connection.signal);
    connection.abort();
    await expect(answer).rejects.toMatchObject({ info: { kind: 'cancelled' } });
    expect(prompts.open()).toEqual([]);
    expect(names()).toEqual(['prompt.opened', 'prompt.closed']);
    await expect(prompts.ask(password, connection.signal)).rejects.toThrow('aborted');
    expect(prompts.open()).toEqual([]);
  });

  test('takes no answer to another kind of question', async () => {
    const { prompts } = setUp();
    const answer = prompts.ask(password, new AbortController().signal);
    const promptId = prompts.open()[0]?.id ?? '';
    expect(() => prompts.answer(promptId, { kind: 'host-key', accept: true })).toThrow('does not fit');
    expect(() => prompts.answer(promptId, { kind: 'secret', answers: [], remember: false })).toThrow(
      'does not fit',
    );
    prompts.answer(promptId, { kind: 'secret', answers: ['x'], remember: false });
    await expect(answer).resolves.toMatchObject({ answers: ['x'] });
  });

  test('never sends an answer back', async () => {
    const { prompts, seen } = setUp();
    const answer = prompts.ask(password, new AbortController().signal);
    prompts.answer(prompts.open()[0]?.id ?? '', { kind: 'secret', answers: ['hunter2'], remember: true });
    await answer;
    expect(JSON.stringify([seen, prompts.open()])).not.toContain('hunter2');
  });
});
