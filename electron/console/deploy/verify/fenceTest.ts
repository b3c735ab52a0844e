import { MinimeError } from '../../../../src/contract/errors.ts';
import { type ClusterRef, type Node, nodesOf, type ProofContext, pause, throwIfAborted } from '../context.ts';
import { good } from '../preflight/findings.ts';
import { isUp } from './judge.ts';
import { withVmcl } from './vmclSession.ts';

/** A server may take this long to boot. */
const RETURN_MS = 15 * 60_000;
const FENCE_MS = 5 * 60_000;
const LOOK_EVERY_MS = 2000;
const LOOK_MS = 60_000;

/**
 * Fences a host for real and waits until it is a member again; `by`: who asked for it. Returns the seconds that fencing took.
 * Throws `unreachable` if no other host can be asked, `tool-failed` if it was not fenced, `timeout` if it stays away.
 */
export async function fenceTest(
  cluster: ClusterRef,
  target: string,
  context: ProofContext,
  by: string,
): Promise<{ seconds: number }> {
  const { reporter, signal } = context;
  const asked = cluster.members.find(
    (member) => member.nodeName !== target && context.hosts.has(member.hostId),
  );
  if (asked === undefined) {
    throw new MinimeError({
      kind: 'unreachable',
      host: target,
      message: `No other host can be asked to fence ${target}.`,
      remedy: 'Connect to another host of this cluster.',
    });
  }
  const [node] = nodesOf([asked], context);
  if (node === undefined) throw new RangeError('A host was asked for.');

  const fence = `fence-test/${target}/fence`;
  reporter.step(fence, { host: target, title: `${node.name} fences ${target}`, state: 'running' });
  const seconds = await step(context, fence, async () => {
    const result = await withVmcl(node, context.resources.version, signal, (client) =>
      client.call(
        'fence.test',
        { target, by },
        { signal, timeoutMs: FENCE_MS, onProgress: (detail) => reporter.step(fence, { detail }) },
      ),
    );
    if (!result.ok)
      throw notFenced(target, result.problem?.title, result.problem?.cause, result.problem?.remedy);
    return result.seconds;
  });
  reporter.finding(good('fenced', `${target} was fenced in ${seconds.toFixed(1)} s.`, { host: target }));

  const back = `fence-test/${target}/return`;
  reporter.step(back, { host: target, title: `Wait until ${target} is a member again`, state: 'running' });
  const started = Date.now();
  await step(context, back, () => untilMember(node, target, context));
  const after = ((Date.now() - started) / 1000).toFixed(0);
  reporter.finding(good('returned', `${target} was a member again ${after} s later.`, { host: target }));
  return { seconds };
}

async function step<T>({ reporter, signal }: ProofContext, id: string, work: () => Promise<T>): Promise<T> {
  try {
    throwIfAborted(signal);
    const result = await work();
    reporter.step(id, { state: 'done' });
    return result;
  } catch (error) {
    reporter.step(id, { state: signal.aborted ? 'cancelled' : 'failed' });
    throw error;
  }
}

async function untilMember(node: Node, target: string, { resources, signal }: ProofContext): Promise<void> {
  const deadline = Date.now() + RETURN_MS;
  const returned = await withVmcl(node, resources.version, signal, async (client) => {
    while (Date.now() < deadline) {
      const { sections } = await client.call('status', {}, { signal, timeoutMs: LOOK_MS });
      if (sections.cluster?.members.some((member) => member.name === target && isUp(member))) return true;
      await pause(LOOK_EVERY_MS, signal);
    }
    return false;
  });
  if (returned) return;
  throw new MinimeError({
    kind: 'timeout',
    host: target,
    message: `${target} was fenced but is not a member again.`,
    cause: `It was waited for ${RETURN_MS / 60_000} minutes.`,
    remedy:
      'Look at its console: it may be switched off, or stuck while booting. If it is up, see why its engine is not: journalctl -u pacemaker -u corosync.',
  });
}

function notFenced(target: string, title?: string, cause?: string, remedy?: string): MinimeError {
  return new MinimeError({
    kind: 'tool-failed',
    host: target,
    message: title ?? `${target} was not fenced.`,
    ...(cause === undefined ? {} : { cause }),
    remedy: remedy ?? 'Do not rely on takeover before a fence test has succeeded.',
  });
}
