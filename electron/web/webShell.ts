import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { MinimeError } from '../../src/contract/errors.ts';
import { createHttpHandler, type OwnAddress, ownAddress } from './httpHandler.ts';
import { createKeys } from './keys.ts';
import { type LinkedCore, serveLink } from './link.ts';
import { loadStaticFiles } from './staticFiles.ts';

export interface WebShellOptions {
  core: LinkedCore;
  /** The built renderer. */
  rendererFolder: string;
  /** 0: any free one. */
  port: number;
  logger: Logger;
  now?: () => number;
  /** A page was let in. */
  onAuthenticated?: () => void;
  /** Milliseconds a page has to authenticate. */
  authenticationMs?: number;
}

export interface WebShell {
  port: number;
  /** An address with a new one-use key in it; good for a minute. */
  newAddress(): string;
  close(): Promise<void>;
}

/** Serves core and renderer on 127.0.0.1. Rejects with `conflict` if the port is taken. */
export async function startWebShell(options: WebShellOptions): Promise<WebShell> {
  const { core, port, logger, now = Date.now } = options;
  const files = await loadStaticFiles(options.rendererFolder);
  const keys = createKeys(now);
  let own: OwnAddress = ownAddress(port);

  const server = createServer(createHttpHandler(files, () => own));
  const endLink = serveLink({
    server,
    core,
    keys,
    logger,
    address: () => own,
    ...(options.onAuthenticated === undefined ? {} : { onAuthenticated: options.onAuthenticated }),
    ...(options.authenticationMs === undefined ? {} : { authenticationMs: options.authenticationMs }),
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      endLink();
      reject(cannotListen(port, error));
    });
    // Only this machine: not the IPv4 wildcard, and not a name that might resolve to more.
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  own = ownAddress(bound);

  return {
    port: bound,
    // In the fragment, which a browser never sends: neither a log nor a referrer can hold it.
    newAddress: () => `${own.origin}/#key=${keys.issue()}`,
    async close() {
      endLink();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function cannotListen(port: number, error: NodeJS.ErrnoException): MinimeError {
  const taken = error.code === 'EADDRINUSE';
  return new MinimeError({
    kind: taken ? 'conflict' : 'not-permitted',
    message: taken ? `Port ${port} is taken by another program.` : `Port ${port} cannot be used.`,
    cause: error.message,
    remedy: 'Choose another one with --port, or leave it out to take any free one.',
  });
}
