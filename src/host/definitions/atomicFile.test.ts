import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AtomicSteps, writeAtomically } from './atomicFile.ts';

class PowerCut extends Error {}

/** A disk that keeps what was flushed, and loses or keeps the rest as it likes when the power goes. */
class FakeDisk implements AtomicSteps {
  readonly files = new Map<string, Buffer>();
  /** Names as they are in memory; `files` is what a reboot finds. */
  readonly #pending: (() => void)[] = [];
  #stepsLeft: number;
  readonly #keptBytes: number;
  readonly #keptRenames: boolean;

  constructor(stepsLeft: number, keptBytes: number, keptRenames: boolean) {
    this.#stepsLeft = stepsLeft;
    this.#keptBytes = keptBytes;
    this.#keptRenames = keptRenames;
  }

  async writeAndFlush(path: string, bytes: Buffer): Promise<void> {
    if (this.#stepsLeft-- <= 0) {
      this.files.set(path, bytes.subarray(0, this.#keptBytes));
      throw new PowerCut();
    }
    this.files.set(path, bytes);
  }

  async rename(from: string, to: string): Promise<void> {
    const move = (): void => {
      const bytes = this.files.get(from);
      if (bytes === undefined) throw new Error(`no ${from}`);
      this.files.set(to, bytes);
      this.files.delete(from);
    };
    this.#pending.push(move);
    if (this.#stepsLeft-- <= 0) this.#cut();
  }

  async flushFolder(): Promise<void> {
    if (this.#stepsLeft-- <= 0) this.#cut();
    for (const move of this.#pending.splice(0)) move();
  }

  async remove(): Promise<void> {
    // After a power cut nothing more happens.
    throw new PowerCut();
  }

  #cut(): never {
    if (this.#keptRenames) for (const move of this.#pending.splice(0)) move();
    throw new PowerCut();
  }
}

const oldBytes = Buffer.from('the old definition');
const newBytes = Buffer.from('the new definition, somewhat longer');

describe('writeAtomically', () => {
  it('leaves the old or the new bytes, whole, wherever the power goes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(3), fc.nat(newBytes.length), fc.boolean(), async (steps, kept, renames) => {
        const disk = new FakeDisk(steps, kept, renames);
        disk.files.set('/d/a', oldBytes);
        const finished = await writeAtomically('/d/a', '/t/a', newBytes, disk).then(
          () => true,
          (error: unknown) => {
            expect(error).toBeInstanceOf(PowerCut);
            return false;
          },
        );
        const found = disk.files.get('/d/a');
        expect(finished ? [newBytes] : [oldBytes, newBytes]).toContainEqual(found);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes its half-written file away when the disk is full', async () => {
    const removed: string[] = [];
    const full: AtomicSteps = {
      writeAndFlush: () => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })),
      rename: () => Promise.reject(new Error('must not be reached')),
      flushFolder: () => Promise.reject(new Error('must not be reached')),
      remove: async (path) => void removed.push(path),
    };
    await expect(writeAtomically('/d/a', '/t/a', newBytes, full)).rejects.toThrow('ENOSPC');
    expect(removed).toEqual(['/t/a']);
  });
});
