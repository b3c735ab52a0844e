import type { OperationStep } from '../../src/contract/operation.ts';

const ended: readonly OperationStep['state'][] = ['done', 'unchanged', 'failed'];

/** Prints what an operation has done, one line for what several hosts did alike. */
export class StepPrinter {
  readonly #hosts: number;
  readonly #say: (line: string) => void;
  readonly #steps = new Map<string, OperationStep>();
  /** Titles of what was announced before it began: then it is known which hosts do it. */
  readonly #planned = new Set<string>();

  constructor(hosts: number, say: (line: string) => void) {
    this.#hosts = hosts;
    this.#say = say;
  }

  add(step: OperationStep): void {
    this.#steps.set(step.id, step);
    if (step.state === 'waiting') this.#planned.add(step.title);
    if (!ended.includes(step.state)) return;
    const alike = [...this.#steps.values()].filter(({ title }) => title === step.title);
    const open = alike.some(({ state }) => !ended.includes(state));
    const expected = step.host === null || this.#planned.has(step.title) ? alike.length : this.#hosts;
    if (step.state !== 'failed' && (open || alike.length < expected)) return;
    const shown = step.state === 'failed' ? [step] : alike;
    const hosts = shown.map(({ host }) => host ?? 'cluster').toSorted();
    const state = shown.find((one) => one.state !== 'unchanged')?.state ?? 'unchanged';
    this.#say(`  ${hosts.join(' ').padEnd(9)} ${state.padEnd(9)} ${step.title}`);
  }
}
