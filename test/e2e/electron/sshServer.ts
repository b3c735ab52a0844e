import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2 from 'ssh2';

export interface SshServer {
  port: number;
  /** Every password that was tried. */
  tried: string[];
  close(): void;
}

/** A host that lets in whoever has this password, and then has nothing to run. */
export async function startSshServer(password: string): Promise<SshServer> {
  const tried: string[] = [];
  const hostKey = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private;
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on('error', () => undefined); // The shell may hang up at any time.
    client.on('authentication', (attempt) => {
      if (attempt.method !== 'password') return attempt.reject(['password']);
      tried.push(attempt.password);
      if (attempt.password === password) attempt.accept();
      else attempt.reject(['password']);
    });
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec) => {
        const stream = acceptExec();
        stream.exit(127);
        stream.end();
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, tried, close: () => server.close() };
}
