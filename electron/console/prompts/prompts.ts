import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { MinimeError } from '../../../src/contract/errors.ts';
import type { Prompt, PromptAnswer, promptSchema } from '../../../src/contract/inventory.ts';
import type { EventHub } from '../events.ts';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type Question = DistributiveOmit<z.infer<typeof promptSchema>, 'id'>;

export type AnswerTo<K extends Prompt['kind']> = Extract<PromptAnswer, { kind: K | 'cancel' }>;

/** Questions that only the admin can answer, open until answered, cancelled or given up. */
export interface Prompts {
  /** Resolves with the answer, `cancel` included. When the signal aborts the prompt closes and this rejects. */
  ask<Q extends Question>(question: Q, signal: AbortSignal): Promise<AnswerTo<Q['kind']>>;
  /** Throws `not-found` for a prompt that is closed, `invalid-input` if the answer is not one to its question. */
  answer(promptId: string, answer: PromptAnswer): void;
  open(): Prompt[];
}

interface OpenPrompt {
  prompt: Prompt;
  settle(answer: PromptAnswer): void;
}

export function createPrompts(events: EventHub): Prompts {
  const open = new Map<string, OpenPrompt>();

  const close = (promptId: string) => {
    if (open.delete(promptId)) events.emit('prompt.closed', { promptId });
  };

  return {
    ask<Q extends Question>(question: Q, signal: AbortSignal) {
      return new Promise<AnswerTo<Q['kind']>>((resolve, reject) => {
        signal.throwIfAborted();
        const prompt: Prompt = { ...question, id: randomUUID() };
        const giveUp = () => {
          close(prompt.id);
          reject(
            new MinimeError({
              kind: 'cancelled',
              host: question.host,
              message: 'The connection was given up before the question was answered.',
            }),
          );
        };
        signal.addEventListener('abort', giveUp, { once: true });
        open.set(prompt.id, {
          prompt,
          settle(answer) {
            signal.removeEventListener('abort', giveUp);
            close(prompt.id);
            resolve(answer as AnswerTo<Q['kind']>); // It was checked to fit the question.
          },
        });
        events.emit('prompt.opened', prompt);
      });
    },
    answer(promptId, answer) {
      const entry = open.get(promptId);
      if (entry === undefined) {
        throw new MinimeError({ kind: 'not-found', message: 'This question is not open any more.' });
      }
      refuseMisfit(entry.prompt, answer);
      entry.settle(answer);
    },
    open: () => [...open.values()].map((entry) => entry.prompt),
  };
}

function refuseMisfit(prompt: Prompt, answer: PromptAnswer): void {
  if (answer.kind === 'cancel') return;
  const fits =
    answer.kind === prompt.kind &&
    (answer.kind !== 'secret' ||
      prompt.kind !== 'secret' ||
      answer.answers.length === prompt.questions.length);
  if (!fits) {
    throw new MinimeError({ kind: 'invalid-input', message: 'The answer does not fit the question.' });
  }
}
