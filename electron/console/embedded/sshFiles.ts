import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { z } from 'zod';
import { type EmbeddedServer, embeddedServerSchema } from '../../../src/contract/embeddedProtocol.ts';
import type { SshEnvironment } from '../ssh/config/resolve.ts';
import { knownHostName } from '../ssh/knownHosts/parse.ts';

const serversSchema = z.array(embeddedServerSchema);

/**
 * How the console gets to embedded hosts: as to any other, by an ssh configuration, known host keys and a key of its own. Only
 * they are in a home folder of their own, so that nothing of it gets into the user's and all of it goes with the folder.
 */
export class EmbeddedSshFiles {
  readonly environment: SshEnvironment;
  readonly #folder: string;
  #latest: readonly EmbeddedServer[] | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    const home = join(folder, 'console');
    this.#folder = join(home, '.ssh');
    this.environment = { home, localUser: 'root', agent: null, systemFolder: join(home, 'none') };
  }

  /** The key that the hosts let in, as in authorized_keys; made when there is none. */
  async key(): Promise<string> {
    const file = join(this.#folder, 'id_ecdsa');
    try {
      return (await readFile(`${file}.pub`, 'utf8')).trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    // Of the ed25519 keys that ssh2 makes it cannot read one in 200 itself (mscdex/ssh2#1513).
    const made = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256, comment: 'minime-embedded' });
    await writeFile(file, made.private, { mode: 0o600 });
    await writeFile(`${file}.pub`, `${made.public}\n`, { mode: 0o600 });
    return made.public;
  }

  /** What was known of the hosts when the console was closed. */
  async remembered(): Promise<EmbeddedServer[]> {
    try {
      return serversSchema.parse(JSON.parse(await readFile(this.#serversFile, 'utf8')));
    } catch {
      // They tell it anew when they come up.
      return [];
    }
  }

  /** From now on these are the hosts' addresses and keys: the program that has them told so itself. */
  write(servers: readonly EmbeddedServer[]): Promise<void> {
    // Of many that come up at once, only the last state is written.
    this.#latest = servers;
    const before = this.#writing;
    this.#writing = this.#writeLatest(before);
    return this.#writing;
  }

  get #serversFile(): string {
    return join(this.#folder, 'servers.json');
  }

  async #writeLatest(before: Promise<void>): Promise<void> {
    // Whoever asked for that has been told what became of it.
    await before.catch(() => undefined);
    const servers = this.#latest;
    this.#latest = undefined;
    if (servers !== undefined) await this.#write(servers);
  }

  async #write(servers: readonly EmbeddedServer[]): Promise<void> {
    const knownHosts = servers.map(({ name, port, hostKey }) => `${knownHostName(name, port)} ${hostKey}`);
    const hosts = servers.map(({ name, port }) =>
      [`Host ${name}`, '  HostName 127.0.0.1', `  Port ${port}`, `  HostKeyAlias ${name}`].join('\n'),
    );
    const all = ['Host *', '  User root', '  IdentitiesOnly yes'].join('\n');
    await this.#replace('known_hosts', knownHosts.join('\n'));
    await this.#replace('config', [...hosts, all].join('\n'));
    await this.#replace('servers.json', JSON.stringify(servers));
  }

  /** Whoever reads it meanwhile gets the old one or the new one. */
  async #replace(name: string, text: string): Promise<void> {
    const file = join(this.#folder, name);
    await writeFile(`${file}.new`, `${text}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
}
