import { describe, expect, it } from 'vitest';
import { Refresher } from './refresher.ts';

/** Work that a test lets finish, one run at a time. */
class Work {
  runs = 0;
  #finish: () => void = () => undefined;

  readonly run = (): Promise<void> => {
    this.runs++;
    return new Promise((resolve) => {
      this.#finish = resolve;
    });
  };

  async finish(): Promise<void> {
    this.#finish();
    // Past the pause of no length between two runs.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('Refresher', () => {
  it('starts at once, and does a burst of requests in one more run', async () => {
    const work = new Work();
    const refresher = new Refresher(work.run, 0);
    refresher.request();
    expect(work.runs).toBe(1);
    for (let index = 0; index < 50; index++) refresher.request();
    expect(work.runs).toBe(1);
    await work.finish();
    expect(work.runs).toBe(2);
    await work.finish();
    expect(work.runs).toBe(2);
    refresher.request();
    expect(work.runs).toBe(3);
    await work.finish();
  });

  it('does nothing more once it is stopped', async () => {
    const work = new Work();
    const refresher = new Refresher(work.run, 60_000);
    refresher.request();
    refresher.request();
    const stopped = refresher.stop();
    await work.finish();
    await stopped;
    refresher.request();
    expect(work.runs).toBe(1);
  });

  it('does not wait out its pause to stop', async () => {
    const refresher = new Refresher(() => Promise.resolve(), 3_600_000);
    refresher.request();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(refresher.stop()).resolves.toBeUndefined();
  });
});
