import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LatestAnswer } from './latestAnswer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function scripted() {
  const asked: { question: string; answer: (value: string) => void; fail: () => void }[] = [];
  const answers: (string | null)[] = [];
  const asker = new LatestAnswer<string, string>({
    waitMs: 100,
    onAnswer: ({ value, error }) => answers.push(value ?? error?.kind ?? null),
    ask: (question) =>
      new Promise((resolve, reject) =>
        asked.push({ question, answer: resolve, fail: () => reject(new Error('broken')) }),
      ),
  });
  return { asker, asked, answers };
}

describe('the latest answer', () => {
  it('asks only the last of a quick row of questions', async () => {
    const { asker, asked } = scripted();
    for (const question of ['a', 'b', 'c']) {
      asker.ask(question);
      await vi.advanceTimersByTimeAsync(60);
    }
    await vi.advanceTimersByTimeAsync(100);
    expect(asked.map(({ question }) => question)).toEqual(['c']);
  });

  it('drops an answer that comes after a newer question was put', async () => {
    const { asker, asked, answers } = scripted();
    asker.ask('old');
    await vi.advanceTimersByTimeAsync(100);
    asker.ask('new');
    await vi.advanceTimersByTimeAsync(100);
    asked[1]?.answer('new');
    await vi.advanceTimersByTimeAsync(0);
    asked[0]?.answer('old');
    await vi.advanceTimersByTimeAsync(0);
    expect(answers).toEqual(['new']);
  });

  it('tells a failure, and nothing once it is cancelled', async () => {
    const { asker, asked, answers } = scripted();
    asker.ask('a');
    await vi.advanceTimersByTimeAsync(100);
    asked[0]?.fail();
    await vi.advanceTimersByTimeAsync(0);
    expect(answers).toEqual(['internal']);
    asker.ask('b');
    asker.cancel();
    await vi.advanceTimersByTimeAsync(200);
    expect(asked).toHaveLength(1);
  });
});
