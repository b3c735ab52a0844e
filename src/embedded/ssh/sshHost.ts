import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { Boot } from '../world/boot.ts';
import type { Processes } from './processes.ts';
import { startedCommand } from './startedCommand.ts';

export interface SshHostOptions {
  /** PEM or OpenSSH text. */
  hostKey: string;
  /** The one key that is let in, as root. */
  authorizedKey: ssh2.ParsedKey;
  boot: Boot;
  processes: Processes;
  onFailure: (error: unknown) => void;
}

/** The SSH server of one embedded host, for one boot. */
export class SshHost {
  readonly #options: SshHostOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(options: SshHostOptions) {
    this.#options = options;
    const ident = 'Minime-embedded-host';
    const ssh = new ssh2.Server({ hostKeys: [options.hostKey], ident }, (client) => this.#serve(client));
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      ssh.injectSocket(socket);
    });
    options.boot.life.onEnd(() => this.close());
  }

  /** On that port of the loopback interface, or on any free one if it is taken. Resolves with the port. */
  async listen(wanted: number | undefined): Promise<number> {
    if (wanted !== undefined) {
      try {
        return await this.#listenOn(wanted);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
      }
    }
    return await this.#listenOn(0);
  }

  /** As when the power goes: connections are cut at once. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #listenOn(port: number): Promise<number> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#server.on('error', (error: unknown) => this.#options.onFailure(error));
    return (this.#server.address() as AddressInfo).port;
  }

  #serve(client: ssh2.Connection): void {
    // Whoever is connected may go away at any time.
    client.on('error', () => undefined);
    client.on('authentication', (attempt) => {
      if (this.#lets(attempt)) attempt.accept();
      else attempt.reject(['publickey']);
    });
    client.on('session', (accept) => {
      const session = accept();
      session.on('exec', (acceptExec, _reject, { command }) => this.#exec(acceptExec(), command));
      session.on('signal', (acceptSignal) => acceptSignal?.());
    });
  }

  #lets(attempt: ssh2.AuthContext): boolean {
    if (attempt.method !== 'publickey' || attempt.username !== 'root') return false;
    const { authorizedKey } = this.#options;
    const given = ssh2.utils.parseKey(Buffer.from(attempt.key.data));
    const same =
      !(given instanceof Error) &&
      given.type === authorizedKey.type &&
      attempt.key.data.equals(authorizedKey.getPublicSSH());
    if (!same) return false;
    // Without a signature it only asks whether the key would do.
    if (attempt.signature === undefined || attempt.blob === undefined) return true;
    return authorizedKey.verify(attempt.blob, attempt.signature, attempt.hashAlgo) === true;
  }

  #exec(channel: ssh2.ServerChannel, line: string): void {
    const { argv, marker } = startedCommand(line);
    channel.on('error', () => undefined);
    const streams = { input: channel, output: channel, error: channel.stderr };
    const { id, begin, end } = this.#options.processes.start(argv, streams, (exitCode) => {
      channel.exit(exitCode);
      channel.end();
    });
    channel.on('close', end);
    if (marker !== undefined) {
      channel.stderr.write(`\n${marker}\n`);
      channel.write(`\n${marker} ${id}\n`);
    }
    begin();
  }
}
