interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds: passed, and with the processor. */
  dur?: number;
  tdur?: number;
  args?: { name?: string };
}

/** The tasks of the busiest main thread of a renderer: that of the page. */
export function pageTasks(trace: Buffer): { dur: number; tdur: number }[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const mains = traceEvents.filter(
    ({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain',
  );
  const byThread = mains.map(({ pid, tid }) =>
    traceEvents.flatMap((event) =>
      event.pid === pid && event.tid === tid && event.name.endsWith('RunTask') && event.dur !== undefined
        ? [{ dur: event.dur, tdur: event.tdur ?? 0 }]
        : [],
    ),
  );
  const busy = (tasks: { tdur: number }[]) => tasks.reduce((sum, { tdur }) => sum + tdur, 0);
  return byThread.sort((a, b) => busy(b) - busy(a))[0] ?? [];
}

/** In milliseconds. */
export const longest = (microseconds: number[]): number =>
  Math.round(Math.max(0, ...microseconds) / 100) / 10;
