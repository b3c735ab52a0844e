import { expect, it } from 'vitest';
import { ChannelPool } from './channelPool.ts';
import { connectionLost } from './errors.ts';

const never = new AbortController().signal;

/** Work that ends when told to; `running` counts those that have begun. */
function jobs(pool: ChannelPool) {
  const ends: (() => void)[] = [];
  const run = (signal = never) => pool.run(signal, () => new Promise<void>((resolve) => ends.push(resolve)));
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { ends, run, settled };
}

it('runs as many as allowed, the others in order as places come free', async () => {
  const pool = new ChannelPool('web', 2);
  const { ends, run, settled } = jobs(pool);
  const all = [run(), run(), run(), run()];
  await settled();
  expect(ends).toHaveLength(2);
  ends[0]?.();
  await settled();
  expect(ends).toHaveLength(3);
  for (let index = 1; index < 4; index++) {
    ends[index]?.();
    await settled();
  }
  await Promise.all(all);
  expect(pool.open).toBe(0);
});

it('gives the place back when the work fails, and forgets who no longer waits', async () => {
  const pool = new ChannelPool('web', 1);
  const { ends, run, settled } = jobs(pool);
  await expect(pool.run(never, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  const first = run();
  const impatient = new AbortController();
  const second = run(impatient.signal);
  const third = run();
  impatient.abort();
  await expect(second).rejects.toMatchObject({ kind: 'cancelled', info: { host: 'web' } });
  const lost = new AbortController();
  const fourth = run(lost.signal);
  lost.abort(connectionLost('web'));
  await expect(fourth).rejects.toMatchObject({ kind: 'unreachable' });
  ends[0]?.();
  await settled();
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await Promise.all([first, third]);
});

it('learns that the server allows fewer', async () => {
  const pool = new ChannelPool('web', 8);
  const { ends, run, settled } = jobs(pool);
  expect(pool.lower()).toBe(false);
  void run();
  void run();
  void run(); // this one was refused
  await settled();
  expect(pool.lower()).toBe(true);
  ends[2]?.();
  const fourth = run();
  await settled();
  expect(ends).toHaveLength(3);
  ends[0]?.();
  await settled();
  expect(ends).toHaveLength(4);
  ends[3]?.();
  await fourth;
});
