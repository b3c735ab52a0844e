import type { Fencing } from '../../contract/clusterState.ts';
import { MinimeError, toErrorInfo } from '../../contract/errors.ts';
import type { HostCallResult } from '../../contract/hostProtocol.ts';
import { noteEvent } from '../history/note.ts';
import type { NewEvent } from '../history/outages.ts';
import type { Host } from '../host.ts';
import { noteFenceTest } from '../policy/notes.ts';
import { findingOf } from '../sections/system.ts';

export interface FenceTestOptions {
  signal: AbortSignal;
  onProgress: (message: string) => void;
  /** The admin who asked for it. */
  by?: string | undefined;
}

/** Has a host fenced. Rejects with `invalid-input` or `conflict` before anything is done to anybody. */
export async function fenceTest(
  host: Host,
  target: string,
  { signal, onProgress, by }: FenceTestOptions,
): Promise<HostCallResult<'fence.test'>> {
  const state = await host.engine.state();
  refuse(target, state);
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 100) / 10;
  const [agent] = state.fencing.agents;
  host.log.warn({ target }, 'fence test asked for by the console');
  try {
    await host.engine.fence(target, { signal, onProgress });
    await note(host, target, state.fencing.method);
    await noteEvent(host, fenceTestEvent(target, by, `It took ${seconds()} s.`));
    return { ok: true, seconds: seconds(), ...(agent === undefined ? {} : { agent }) };
  } catch (error) {
    if (signal.aborted) throw cancelled(target);
    if (!(error instanceof MinimeError)) throw error;
    host.log.error({ target, error: toErrorInfo(error) }, 'fence test failed');
    await noteEvent(host, {
      ...fenceTestEvent(target, by, error.info.cause ?? error.info.message),
      severity: 'error',
      text: `The fence test of ${target} failed.`,
    });
    const problem = findingOf(error, { id: 'fence-test-failed', severity: 'error', host: target });
    return { ok: false, seconds: seconds(), problem, ...(agent === undefined ? {} : { agent }) };
  }
}

/** That it worked is worth showing for ever; that it could not be noted is not worth failing for. */
async function note(host: Host, target: string, method: Fencing['method']): Promise<void> {
  try {
    await noteFenceTest(host, target, method);
  } catch (error) {
    if (!(error instanceof MinimeError)) throw error;
    host.log.warn({ error }, 'the fence test could not be noted in the cluster');
  }
}

/** The admin's word that a host is off. Rejects with what `confirmFenced` rejects with. */
export async function confirmFence(host: Host, target: string, by?: string): Promise<Record<string, never>> {
  host.log.warn({ target }, 'the admin has confirmed that a host is off');
  await host.engine.confirmFenced(target);
  await noteEvent(host, {
    kind: 'fence-confirmed',
    severity: 'warning',
    host: target,
    text: `An admin confirmed that ${target} is off: it counts as fenced.`,
    ...(by === undefined ? {} : { by }),
  });
  return {};
}

const fenceTestEvent = (target: string, by: string | undefined, detail: string): NewEvent => ({
  kind: 'fence-test',
  severity: 'info',
  host: target,
  text: `${target} was fenced to test fencing.`,
  details: [detail],
  ...(by === undefined ? {} : { by }),
});

function refuse(target: string, state: Awaited<ReturnType<Host['engine']['state']>>): void {
  const { members, localNode, engine, quorate } = state;
  if (engine !== 'running') {
    throw new MinimeError({
      kind: 'conflict',
      message: 'The cluster engine is not running on this host: it cannot have anyone fenced.',
      remedy: 'Start it, or ask another host of the cluster.',
    });
  }
  const member = members.find(({ name }) => name === target);
  if (member === undefined) {
    throw new MinimeError({
      kind: 'invalid-input',
      message: `There is no host ${target} in this cluster.`,
      remedy: `Its hosts are ${members.map(({ name }) => name).join(', ')}.`,
    });
  }
  if (target === localNode) {
    const alone = members.filter(({ online }) => online).length < 2;
    throw new MinimeError({
      kind: 'conflict',
      message: `${target} cannot test its own fencing.`,
      cause: alone
        ? 'It is the only host in the cluster now: nobody is left to fence it.'
        : 'It would not live to tell.',
      remedy: alone ? 'Bring another host into the cluster first.' : 'Ask another host of the cluster.',
    });
  }
  if (quorate) return;
  throw new MinimeError({
    kind: 'conflict',
    message: 'This part of the cluster has no quorum and must not fence.',
    remedy: 'Bring back hosts or the links to them.',
  });
}

const cancelled = (target: string): MinimeError =>
  new MinimeError({
    kind: 'cancelled',
    message: `Waiting for the fencing of ${target} was cancelled.`,
    cause: 'A fencing that has begun cannot be called back: the host may still reboot.',
    remedy: `Look at the fencing history before doing anything with ${target}.`,
  });
