import { DISPATCH_PROTOCOL, type PeerAnswer } from '../../contract/dispatchProtocol.ts';
import { toErrorInfo } from '../../contract/errors.ts';
import type { Host } from '../host.ts';

/** Says hello to every other host of the cluster, at once. None for a host that does not know how to ask others. */
export async function askPeers(host: Host, timeoutMs = 30_000): Promise<PeerAnswer[]> {
  const config = await host.config();
  const others = Object.keys(config?.dispatch?.hosts ?? {}).filter((name) => name !== config?.nodeName);
  return await Promise.all(
    others.map(async (name) => {
      const started = host.clock.now();
      try {
        await host.peers.call(name, 'hello', { protocol: DISPATCH_PROTOCOL }, { timeoutMs });
        return { host: name, ok: true, milliseconds: host.clock.now() - started };
      } catch (error) {
        const milliseconds = host.clock.now() - started;
        return { host: name, ok: false, milliseconds, error: toErrorInfo(error, { host: name }) };
      }
    }),
  );
}
