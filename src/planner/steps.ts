/** The bound of a search, counted in steps and not in time, so that the same question has the same answer anywhere. */
export class Steps {
  readonly limit: number;
  #taken = 0;
  #stopAt: number;

  constructor(limit: number) {
    this.limit = limit;
    this.#stopAt = limit;
  }

  get taken(): number {
    return this.#taken;
  }

  get left(): number {
    return this.#stopAt - this.#taken;
  }

  /** Takes a step; false: there is none left. */
  take(): boolean {
    if (this.#taken >= this.#stopAt) return false;
    this.#taken += 1;
    return true;
  }

  /** Runs `work` with at most a part of the steps that are left, so that one hard question leaves some for others. */
  withPart<T>(part: number, work: () => T): T {
    const stopAt = this.#stopAt;
    this.#stopAt = this.#taken + Math.floor(this.left * part);
    try {
      return work();
    } finally {
      this.#stopAt = stopAt;
    }
  }
}
