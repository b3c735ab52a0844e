import { describe, expect, it, vi } from 'vitest';
import { Refresher, restAfter } from './refresher.ts';

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

  finish(): void {
    this.#finish();
  }
}

const soon = { timeout: 10_000, interval: 1 };

describe('Refresher', () => {
  it('starts at once, and does a burst of requests in one more run', async () => {
    const work = new Work();
    const refresher = new Refresher(work.run, 0);
    refresher.request();
    expect(work.runs).toBe(1);
    for (let index = 0; index < 50; index++) refresher.request();
    expect(work.runs).toBe(1);
    work.finish();
    await vi.waitFor(() => expect(work.runs).toBe(2), soon);
    work.finish();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(work.runs).toBe(2);
    refresher.request();
    await vi.waitFor(() => expect(work.runs).toBe(3), soon);
    work.finish();
  });

  it('does nothing more once it is stopped', async () => {
    const work = new Work();
    const refresher = new Refresher(work.run, 60_000);
    refresher.request();
    refresher.request();
    const stopped = refresher.stop();
    work.finish();
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

describe('the rest between two runs', () => {
  it('is longer the longer the work takes, within limits', () => {
    expect(restAfter(10, 250)).toBe(250);
    expect(restAfter(500, 250)).toBe(1500);
    expect(restAfter(10_000, 250)).toBe(2000);
    expect(restAfter(10_000, 10_000)).toBe(10_000);
  });
});
