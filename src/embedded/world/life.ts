/**
 * The time between a host's boot and its end, or of one program on it. What a dead program waits for never comes, so it can do
 * nothing more, at whatever point it was.
 */
export class Life {
  readonly #parent: Life | undefined;
  #over = false;
  readonly #onEnd = new Set<() => void>();

  constructor(parent?: Life) {
    this.#parent = parent;
    if (parent?.over === true) this.#over = true;
    else if (parent !== undefined) parent.#onEnd.add(this.#end);
  }

  get over(): boolean {
    return this.#over;
  }

  readonly #end = (): void => this.end();

  end(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#parent !== undefined) this.#parent.#onEnd.delete(this.#end);
    for (const call of [...this.#onEnd]) call();
    this.#onEnd.clear();
  }

  /** Returns what takes it back. */
  onEnd(call: () => void): () => void {
    this.#onEnd.add(call);
    return () => void this.#onEnd.delete(call);
  }

  /** The outcome of `promise`, unless this life has ended by then. */
  receive<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => {
          if (!this.over) resolve(value);
        },
        (error: unknown) => {
          if (!this.over) reject(error);
        },
      );
    });
  }
}

export const never = <T>(): Promise<T> => new Promise(() => undefined);

/** Methods that only say or begin something; all others give promises. */
const immediate = new Set(['now', 'elapsed', 'folderOf', 'watch']);

/** A port as a program in this life sees it. */
export function portIn<T extends object>(life: Life, port: T): T {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (immediate.has(String(name))) return member.bind(target) as unknown;
      return (...given: unknown[]) =>
        life.over ? never() : life.receive(member.apply(target, given) as Promise<unknown>);
    },
  });
}
