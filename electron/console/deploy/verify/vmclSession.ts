import { MinimeError } from '../../../../src/contract/errors.ts';
import { HOST_PROTOCOL, SERVE_PREAMBLE } from '../../../../src/contract/hostProtocol.ts';
import { hostPaths } from '../../../../src/contract/manifest.ts';
import { createVmclClient, type VmclClient } from '../../sessions/vmclClient.ts';
import type { Node } from '../context.ts';

const HELLO_MS = 20_000;

/** A session with the host program of one host for as long as `work` takes, beside the one that the console keeps. */
export async function withVmcl<T>(
  node: Node,
  consoleVersion: string,
  signal: AbortSignal,
  work: (client: VmclClient) => Promise<T>,
): Promise<T> {
  const remote = await node.remote.openStream([hostPaths.command, 'serve'], SERVE_PREAMBLE, { signal });
  const ignore = () => undefined;
  // A broken session is told by the call under way.
  const client = createVmclClient(remote.stream, node.name, {
    onHeard: ignore,
    onSection: ignore,
    onBroken: ignore,
  });
  try {
    const hello = await client.call(
      'hello',
      { protocol: HOST_PROTOCOL, consoleVersion },
      { signal, timeoutMs: HELLO_MS },
    );
    if (hello.protocol !== HOST_PROTOCOL) throw otherProtocol(node.name, hello.protocol);
    return await work(client);
  } finally {
    client.dispose();
    remote.close();
  }
}

function otherProtocol(host: string, theirs: number): MinimeError {
  return new MinimeError({
    kind: 'protocol-mismatch',
    host,
    message: `The host program on ${host} does not fit this console.`,
    cause: `It speaks protocol ${theirs}, this console speaks ${HOST_PROTOCOL}.`,
    remedy: 'Update the host program from the cluster page.',
  });
}
