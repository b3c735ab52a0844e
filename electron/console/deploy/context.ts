import { MinimeError } from '../../../src/contract/errors.ts';
import type { Finding } from '../../../src/contract/finding.ts';
import type { OperationStep } from '../../../src/contract/operation.ts';
import type { RemoteHost } from '../ssh/remoteHost.ts';
import type { HostResources } from './hostFiles.ts';

/** Where progress goes. The first call for a step's id always carries host and title; later ones change what they name. */
export interface OperationReporter {
  step(id: string, patch: Partial<Omit<OperationStep, 'id'>>): void;
  finding(finding: Finding): void;
}

/** What every operation on deployed hosts is given by the core. */
export interface ProofContext {
  /** Hosts that can be reached now, by inventory id. One that is missing here counts as unreachable. */
  hosts: ReadonlyMap<string, RemoteHost>;
  resources: Pick<HostResources, 'version'>;
  reporter: OperationReporter;
  signal: AbortSignal;
}

/** Besides, what is put on hosts. */
export interface DeployContext extends ProofContext {
  resources: HostResources;
}

/** A deployed cluster: its id and which host of the inventory each node is. */
export interface ClusterRef {
  clusterId: string;
  members: readonly { nodeName: string; hostId: string }[];
}

/** One host of a cluster under its node name. */
export interface Node {
  name: string;
  hostId: string;
  remote: RemoteHost;
}

export function unreachable(nodeName: string): MinimeError {
  return new MinimeError({
    kind: 'unreachable',
    host: nodeName,
    message: `${nodeName} cannot be reached.`,
    remedy: 'Connect to this host, then try again.',
  });
}

/** The nodes asked for, in order; throws `unreachable` for the first that is not connected. */
export function nodesOf(
  hosts: readonly { nodeName: string; hostId: string }[],
  context: Pick<DeployContext, 'hosts'>,
): Node[] {
  return hosts.map(({ nodeName, hostId }) => {
    const remote = context.hosts.get(hostId);
    if (remote === undefined) throw unreachable(nodeName);
    return { name: nodeName, hostId, remote };
  });
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new MinimeError({ kind: 'cancelled', message: 'The operation was cancelled.' });
}

/**
 * Works at once on several hosts. If one fails, the others are cancelled and waited for, so that nothing of them is still there
 * when this rejects, with what failed first.
 */
export async function together<T>(
  signal: AbortSignal,
  works: readonly ((signal: AbortSignal) => Promise<T>)[],
): Promise<T[]> {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const all = works.map((work) =>
    work(either).catch((error: unknown) => {
      failure.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(all);
  if (failure.signal.aborted) throw failure.signal.reason;
  return await Promise.all(all);
}

/** Waits, and ends early with `cancelled`. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  throwIfAborted(signal);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
  throwIfAborted(signal);
}
