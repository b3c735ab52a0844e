import type { Follow, Runner } from '../ports/runner.ts';
import type { Watch } from '../ports/watch.ts';

/**
 * What tells of a change, and which part it is about:
 * - Every message between the cluster's daemons, and so every change of membership or of Pacemaker's state, counts up
 *   Corosync's own `runtime.services` keys; `corosync-cmapctl -T` prints that as it happens, and nothing at rest.
 *   A message is counted before the daemon it is for has acted on it, so that what is read at once can be the state before it: it is
 *   read again when they have been at rest for a moment.
 * - A link going up or down is in Corosync's log at once; its statistics have it up to 1.5 s later.
 * - Latencies and poison pills nobody announces: they are looked at now and then.
 */
export interface EngineWatcher {
  onEngine(): void;
  onLinks(): void;
  onLatencies(): void;
  onPoisonPills(): void;
}

const atRestAfterMs = 1000;
/** Should a change ever be missed, it is not for long. */
const engineEveryMs = 30_000;
const latenciesEveryMs = 2000;
const poisonPillsEveryMs = 10_000;
const retryMs = 1000;

export function watchEngine(runner: Runner, watcher: EngineWatcher): Watch {
  const timers = [
    setInterval(() => watcher.onEngine(), engineEveryMs),
    setInterval(() => watcher.onLatencies(), latenciesEveryMs),
    setInterval(() => watcher.onPoisonPills(), poisonPillsEveryMs),
  ];
  // Not a terminal, so without stdbuf the tool would keep its lines to itself.
  // Its first line, a hint how to quit, says that Corosync answers.
  let rest: NodeJS.Timeout | undefined;
  const runtime = keepFollowing(runner, ['stdbuf', '-oL', 'corosync-cmapctl', '-T', 'runtime.'], () => {
    watcher.onEngine();
    clearTimeout(rest);
    rest = setTimeout(() => watcher.onEngine(), atRestAfterMs);
  });
  const journal = keepFollowing(
    runner,
    ['journalctl', '--follow', '--lines=0', '--output=cat', '--identifier=corosync'],
    (line) => {
      if (line?.includes('[KNET') === true) watcher.onLinks();
    },
  );
  return {
    stop: () => {
      for (const timer of timers) clearInterval(timer);
      clearTimeout(rest);
      runtime.stop();
      journal.stop();
    },
  };
}

/** Starts the tool again whenever it ends, as it does when Corosync stops. `onLine` without a line: it went silent. */
function keepFollowing(runner: Runner, argv: readonly string[], onLine: (line?: string) => void): Watch {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let follow: Follow | undefined;
  const start = (): void => {
    // While Corosync is down every attempt ends without a word: that is no news.
    let heard = false;
    follow = runner.follow(argv, (line) => {
      heard = true;
      onLine(line);
    });
    void follow.ended.then(() => {
      if (stopped) return;
      if (heard) onLine();
      timer = setTimeout(start, retryMs);
    });
  };
  start();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      follow?.stop();
    },
  };
}
