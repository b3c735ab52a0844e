import type { Duplex } from 'node:stream';

/** Intervals without a byte from the host after which it counts as gone. */
const SILENT_INTERVALS = 3;

/**
 * Calls `onDead` when nothing at all was heard for three intervals; something must be asking the host to answer
 * meanwhile. Anything received counts, so that answers queued behind bulk data do not look like death. Intervals are
 * counted, not time, so that a process that was suspended listens again before it judges.
 */
export function watchAlive(socket: Duplex, intervalMs: number, onDead: () => void): () => void {
  let silent = 0;
  const onData = () => {
    silent = 0;
  };
  const timer = setInterval(() => {
    silent += 1;
    if (silent <= SILENT_INTERVALS) return;
    stop();
    onDead();
  }, intervalMs);
  const stop = () => {
    clearInterval(timer);
    socket.removeListener('data', onData);
  };
  socket.on('data', onData);
  return stop;
}
