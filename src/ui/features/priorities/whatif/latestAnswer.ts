import { type ErrorInfo, toErrorInfo } from '../../../../contract/errors.ts';

export interface Answer<Q, A> {
  question: Q;
  value: A | null;
  error: ErrorInfo | null;
}

interface Options<Q, A> {
  ask: (question: Q) => Promise<A>;
  onAnswer: (answer: Answer<Q, A>) => void;
  /** A question is asked once no other has come for so long, in ms. */
  waitMs: number;
}

/**
 * Asks the last of a quick row of questions, and takes only the answer to the last one asked: answers that come late
 * never replace newer ones.
 */
export class LatestAnswer<Q, A> {
  readonly #options: Options<Q, A>;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #asked = 0;

  constructor(options: Options<Q, A>) {
    this.#options = options;
  }

  ask(question: Q): void {
    this.cancel();
    this.#timer = setTimeout(() => void this.#askNow(question), this.#options.waitMs);
  }

  /** Forgets what is waiting, and does not take what is under way. */
  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#asked += 1;
  }

  async #askNow(question: Q): Promise<void> {
    const mine = this.#asked;
    const answer: Answer<Q, A> = { question, value: null, error: null };
    try {
      answer.value = await this.#options.ask(question);
    } catch (thrown) {
      answer.error = toErrorInfo(thrown);
    }
    if (mine === this.#asked) this.#options.onAnswer(answer);
  }
}
