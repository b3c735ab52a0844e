/** Bytes of noise kept for the error text, should the command never start. */
const KEPT_NOISE = 2_000;

/**
 * Drops everything up to and including the line that is `marker` and, for `tail`, what follows it there (what start-up
 * files, sudo and login messages print), in constant memory however much it is.
 */
export class StartFilter {
  readonly #marker: Buffer;
  readonly #tailPattern: RegExp;
  #kept: Buffer = Buffer.alloc(0);
  #dropped = 0;
  #tail: string | null = null;

  constructor(marker: string, tail: RegExp = /^$/) {
    this.#marker = Buffer.from(`\n${marker}`);
    this.#tailPattern = tail;
  }

  get started(): boolean {
    return this.#tail !== null;
  }

  /** What followed the marker on its line. */
  get tail(): string {
    return this.#tail ?? '';
  }

  /** Bytes of noise so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The end of the noise, as text. */
  get noise(): string {
    return this.#kept.toString('utf8').trim();
  }

  /** What of `chunk` belongs to the program; null while it has not started. */
  push(chunk: Buffer): Buffer | null {
    if (this.started) return chunk;
    const seen = Buffer.concat([this.#kept, chunk]);
    let from = 0;
    for (;;) {
      const at = seen.indexOf(this.#marker, from);
      const end = at === -1 ? -1 : seen.indexOf(0x0a, at + this.#marker.length);
      if (end === -1) return this.#keep(seen, chunk.length, at);
      const tail = seen.toString('latin1', at + this.#marker.length, end).trim();
      if (this.#tailPattern.test(tail)) {
        this.#tail = tail;
        this.#kept = Buffer.alloc(0);
        return seen.subarray(end + 1);
      }
      from = end;
    }
  }

  /** `at`: where the marker may be beginning; -1: nowhere. */
  #keep(seen: Buffer, added: number, at: number): null {
    this.#dropped += added;
    const most = Math.max(0, seen.length - KEPT_NOISE);
    this.#kept = Buffer.from(seen.subarray(at === -1 ? most : Math.max(at, most)));
    return null;
  }
}
