/**
 * Work that many ask for at once, done for all of them in one turn. Who asks while a turn is under way waits for the next one: what it
 * finds is never older than the question.
 */
export function nextTurn<T>(work: () => Promise<T>): () => Promise<T> {
  let waiting: Promise<T> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    if (waiting !== undefined) return waiting;
    const turn = last.then(() => {
      waiting = undefined;
      return work();
    });
    waiting = turn;
    last = turn.catch(() => undefined);
    return turn;
  };
}
