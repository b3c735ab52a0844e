import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

interface Answer {
  id: number;
  value?: unknown;
  error?: string;
}

/** `npm run bench` runs there, and so does every process of this bench. */
export const projectFolder = process.cwd();
export const builtFolder = join(projectFolder, 'out/bench');

export const forkProcess = (name: 'coreProcess' | 'embeddedProcess' | 'floorProcess'): ChildProcess =>
  fork(join(builtFolder, `${name}.mjs`));

/** A process that answers questions. */
export class Asked {
  readonly #child: ChildProcess;
  readonly #open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #last = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (message: unknown) => {
      const { id, value, error } = message as Answer;
      const asked = this.#open.get(id);
      this.#open.delete(id);
      if (error === undefined) asked?.resolve(value);
      else asked?.reject(new Error(error));
    });
    child.on('exit', (code) => {
      for (const { reject } of this.#open.values()) reject(new Error(`The process ended with ${code}.`));
    });
  }

  ask<T>(name: string, input: unknown = {}): Promise<T> {
    const id = ++this.#last;
    return new Promise<T>((resolve, reject) => {
      this.#open.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#child.send({ id, name, input });
    });
  }

  end(): void {
    this.#child.disconnect();
  }
}

/** In such a process: answers what it is asked. */
export function answerAll(handlers: Record<string, (input: never) => unknown>): void {
  process.on('message', (message: unknown) => {
    const { id, name, input } = message as { id: number; name: string; input: unknown };
    Promise.resolve()
      .then(() => handlers[name]?.(input as never))
      .then(
        (value) => process.send?.({ id, value }),
        (error: unknown) => process.send?.({ id, error: String(error) }),
      );
  });
  process.on('disconnect', () => process.exit());
}
