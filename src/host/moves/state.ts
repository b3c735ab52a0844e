import { join } from 'node:path';
import type { TakeoverSection } from '../../contract/hostState.ts';
import { takeoverSectionSchema } from '../../contract/hostState.ts';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { mkdir } from '../files.ts';
import { readIfThere } from '../filesIfThere.ts';
import type { Host } from '../host.ts';
import { parseJson } from '../json.ts';

/** What this host moves, or moved last: as the section `takeover` shows it. */
export type Moves = NonNullable<TakeoverSection['moves']>;
export type MovingVm = Moves['vms'][number];

/** In the folder that `vmcl serve` watches for this section. */
const fileOf = (host: Host): string => join(host.paths.run, 'moves.json');

/** Undefined: nothing was moved since this host came up. */
export async function readMoves(host: Host): Promise<Moves | undefined> {
  const text = await readIfThere(fileOf(host));
  return text === undefined ? undefined : takeoverSectionSchema.shape.moves.safeParse(parseJson(text)).data;
}

const progressEveryMs = 1000;

/** Shows the moves to whoever looks; percents change at most once a second. */
export class MovesDisplay {
  readonly #host: Host;
  #writing: Promise<void> = Promise.resolve();
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(host: Host) {
    this.#host = host;
  }

  show(moves: Moves): Promise<void> {
    const text = `${JSON.stringify(moves)}\n`;
    this.#shownAt = this.#host.clock.elapsed();
    this.#writing = this.#writing.then(() => this.#write(text));
    return this.#writing;
  }

  progress(moves: Moves): void {
    if (this.#host.clock.elapsed() - this.#shownAt >= progressEveryMs) void this.show(moves);
  }

  /** A display that cannot be written must not keep a VM from being moved. */
  async #write(text: string): Promise<void> {
    const path = fileOf(this.#host);
    try {
      await mkdir(this.#host.paths.run, { recursive: true, mode: 0o755 });
      await writeAtomically(path, `${path}.new`, Buffer.from(text));
    } catch (error) {
      this.#host.log.warn({ error }, 'what is moved cannot be shown');
    }
  }
}
