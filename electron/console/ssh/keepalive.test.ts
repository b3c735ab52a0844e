import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchAlive } from './keepalive.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('calls a host dead after three intervals of silence, and not before', () => {
  const socket = new PassThrough();
  const dead = vi.fn<() => void>();
  watchAlive(socket, 2_000, dead);
  vi.advanceTimersByTime(5_999);
  socket.emit('data', Buffer.from('x'));
  vi.advanceTimersByTime(6_000);
  expect(dead).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2_000);
  expect(dead).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(60_000);
  expect(dead).toHaveBeenCalledTimes(1);
});

it('stops watching when told', () => {
  const socket = new PassThrough();
  const dead = vi.fn<() => void>();
  watchAlive(socket, 2_000, dead)();
  vi.advanceTimersByTime(60_000);
  expect(dead).not.toHaveBeenCalled();
  expect(socket.listenerCount('data')).toBe(0);
});
