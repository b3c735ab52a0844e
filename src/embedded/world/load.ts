/** CPU use that goes up and down around a mean; the same for the same seed and name. */
export class MovingLoad {
  readonly #mean: number;
  readonly #amplitude: number;
  readonly #periodMs: number;
  readonly #phase: number;

  /** `mean` in percent of one core. */
  constructor(seed: number, name: string, mean: number) {
    const draw = drawsOf(seed, name);
    this.#mean = mean;
    this.#amplitude = mean * (0.1 + 0.3 * draw());
    this.#periodMs = 30_000 + 270_000 * draw();
    this.#phase = 2 * Math.PI * draw();
  }

  /** Core milliseconds used between two times: the integral, so that it does not matter how often it is asked for. */
  used(from: number, to: number): number {
    if (to <= from) return 0;
    const angle = (at: number): number => (2 * Math.PI * at) / this.#periodMs + this.#phase;
    const waves = (this.#amplitude * this.#periodMs) / (2 * Math.PI);
    const swing = waves * (Math.cos(angle(from)) - Math.cos(angle(to)));
    return (this.#mean * (to - from) + swing) / 100;
  }
}

/** Numbers from 0 to 1 that depend on the seed and the name alone (xorshift32 over an FNV-1a hash). */
function drawsOf(seed: number, name: string): () => number {
  let state = 0x811c9dc5 ^ seed;
  for (const character of name) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193);
  state ||= 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
