/** A value that costs a tool to read: kept until it is marked as outdated, read once however many ask for it. */
export class Part<T> {
  readonly #read: () => Promise<T>;
  #value: Promise<T> | undefined;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  get(): Promise<T> {
    this.#value ??= this.#read();
    return this.#value;
  }

  outdate(): void {
    this.#value = undefined;
  }
}
