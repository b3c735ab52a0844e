import { type Drill, drillSchema } from '../../contract/drill.ts';
import type { HostCallResult } from '../../contract/hostProtocol.ts';
import { noteEvent } from '../history/note.ts';
import type { Host } from '../host.ts';
import { parseJson } from '../json.ts';
import type { ClusterEngine } from '../ports/clusterEngine.ts';
import { type FenceTestOptions, fenceTest } from '../serve/fenceTest.ts';
import { requireTarget } from './target.ts';

/** While one is there, the failure of that host counts as a drill. */
const nameOf = (target: string): string => `drill-${target}`;
/** A host that fails that much later does so by itself. */
const validMs = 30 * 60_000;

/** Fences `target` and lets its takeover happen. Rejects like `rehearse` before anything is done to anybody. */
export async function beginDrill(
  host: Host,
  target: string,
  { expected, by, ...options }: Omit<FenceTestOptions, 'by'> & Pick<Drill, 'by' | 'expected'>,
): Promise<HostCallResult<'drill.begin'>> {
  requireTarget(target, await host.engine.state());
  const drill: Drill = { by, at: Math.floor(host.clock.now()), expected };
  await host.engine.removeDocument(nameOf(target));
  await host.engine.createDocument(nameOf(target), JSON.stringify(drill));
  await noteEvent(host, {
    kind: 'drill',
    severity: 'warning',
    host: target,
    by,
    text: `A fire drill began: ${target} was fenced, and taken over by the others.`,
  });
  try {
    const result = await fenceTest(host, target, { ...options, by });
    if (!result.ok) await host.engine.removeDocument(nameOf(target));
    return result;
  } catch (error) {
    // A fencing that nobody waits for any more may still come, and then it is a drill all the same.
    if (!options.signal.aborted) await host.engine.removeDocument(nameOf(target));
    throw error;
  }
}

/** The drill that the failure of one of these hosts is; undefined: it is none. Never rejects: a takeover goes on without. */
export async function drillOf(
  engine: Pick<ClusterEngine, 'documents'>,
  homes: readonly string[],
  now: number,
): Promise<Drill | undefined> {
  try {
    const documents = await engine.documents('drill-');
    const drills = homes.flatMap(
      (home) => drillSchema.safeParse(parseJson(documents.get(nameOf(home)) ?? '')).data ?? [],
    );
    return drills.find(({ at }) => Math.abs(now - at) <= validMs);
  } catch {
    return undefined;
  }
}

/** Whatever becomes of these hosts next is no drill any more. */
export async function endDrill(
  engine: Pick<ClusterEngine, 'removeDocument'>,
  homes: readonly string[],
): Promise<void> {
  await Promise.all(homes.map((home) => engine.removeDocument(nameOf(home)).catch(() => undefined)));
}

/**
 * For a host that comes back: to be called now, and what it resolves with once the host is in service. That ends the drill which its
 * failure was, but none that has begun by then. Neither rejects.
 */
export async function drillBehind(
  { engine, clock, log }: DrillHost,
  home: string,
): Promise<() => Promise<void>> {
  const since = clock.now();
  const mark = async (): Promise<Mark> => {
    try {
      return { text: (await engine.documents('drill-')).get(nameOf(home)) };
    } catch (error) {
      log.warn({ error }, 'the cluster does not tell whether the failure of this host was a drill');
      return 'unknown';
    }
  };
  const before = await mark();
  return async () => {
    const present = await mark();
    if (present === 'unknown' || present.text === undefined) return;
    const isBehind = before === 'unknown' ? beganBefore(present.text, since) : before.text === present.text;
    if (isBehind) await endDrill(engine, [home]);
  };
}

type DrillHost = Pick<Host, 'log'> & {
  clock: Pick<Host['clock'], 'now'>;
  engine: Pick<ClusterEngine, 'documents' | 'removeDocument'>;
};
type Mark = { text: string | undefined } | 'unknown';

/** By the clocks of two hosts; what cannot be read is no drill that anyone began. */
const beganBefore = (text: string, time: number): boolean =>
  (drillSchema.safeParse(parseJson(text)).data?.at ?? 0) < time;
