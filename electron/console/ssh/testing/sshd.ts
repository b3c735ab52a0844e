import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../errors.ts';
import { fingerprint } from '../knownHosts/parse.ts';

export const isRoot = process.getuid?.() === 0;

export interface SshdOptions {
  /** Lines put before the defaults; sshd takes the first value of each keyword. */
  config?: string[];
  hostKeyTypes?: ('ed25519' | 'ecdsa' | 'rsa')[];
}

/** A real sshd of its own on loopback: own port, own host keys, own configuration, nothing of the machine's. */
export class TestSshd {
  readonly folder = mkdtempSync(join(tmpdir(), 'minime-sshd-'));
  readonly port: number;
  readonly #options: SshdOptions;
  #process: ChildProcess | null = null;
  /** Sessions that have outlived their listener. */
  #orphans: number[] = [];
  #log = '';

  private constructor(port: number, options: SshdOptions) {
    this.port = port;
    this.#options = options;
    chmodSync(this.folder, 0o755); // sshd reads authorized keys with the rights of who logs in
  }

  static async start(options: SshdOptions = {}): Promise<TestSshd> {
    const sshd = new TestSshd(await freePort(), options);
    for (const type of options.hostKeyTypes ?? ['ed25519']) sshd.newHostKey(type);
    await sshd.start();
    return sshd;
  }

  /** Everything sshd has logged. */
  get log(): string {
    return this.#log;
  }

  newHostKey(type: 'ed25519' | 'ecdsa' | 'rsa'): void {
    const file = this.#hostKeyFile(type);
    rmSync(file, { force: true });
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', file]);
  }

  /** `type base64` of the host key, and its fingerprint. */
  hostKey(type = 'ed25519'): { line: string; fingerprint: string } {
    const line = readFileSync(`${this.#hostKeyFile(type)}.pub`, 'utf8').trim();
    return { line, fingerprint: fingerprint(Buffer.from(line.split(' ')[1] ?? '', 'base64')) };
  }

  authorize(user: string, publicKeys: string[]): void {
    writeFileSync(join(this.folder, `authorized_keys_${user}`), `${publicKeys.join('\n')}\n`);
  }

  async start(): Promise<void> {
    if (isRoot) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const file = join(this.folder, 'sshd_config');
    writeFileSync(file, `${this.#config().join('\n')}\n`);
    const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process = child;
    let listening = () => {};
    const up = new Promise<void>((resolve, reject) => {
      listening = resolve;
      child.once('exit', () => reject(new Error(`sshd did not start:\n${this.#log}`)));
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log += text;
      if (this.#log.includes('Server listening')) listening();
    });
    await up;
  }

  /** Ends the listener; connections stay up, as when sshd is restarted. */
  async stopListening(): Promise<void> {
    const child = this.#process;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    this.#orphans = this.sessions();
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await exited;
    this.#log = '';
  }

  /** Process ids of the connections' own sshd processes: children, and their children. */
  sessions(): number[] {
    const pid = this.#process?.pid;
    const own = pid === undefined ? [] : childrenOf(pid).flatMap((child) => [child, ...childrenOf(child)]);
    return [...own, ...this.#orphans].filter(isSshd);
  }

  /** As if the host had lost power: every connection breaks. */
  breakConnections(): void {
    for (const pid of this.sessions()) kill(pid);
  }

  async stop(): Promise<void> {
    this.breakConnections();
    await this.stopListening();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #hostKeyFile(type: string): string {
    return join(this.folder, `host_${type}`);
  }

  #config(): string[] {
    const types = this.#options.hostKeyTypes ?? ['ed25519'];
    return [
      ...(this.#options.config ?? []),
      `Port ${this.port}`,
      'ListenAddress 127.0.0.1',
      ...types.map((type) => `HostKey ${this.#hostKeyFile(type)}`),
      'PidFile none',
      `AuthorizedKeysFile ${this.folder}/authorized_keys_%u`,
      'StrictModes no',
      `UsePAM ${isRoot ? 'yes' : 'no'}`,
      'PermitRootLogin yes',
      'PasswordAuthentication yes',
      'KbdInteractiveAuthentication no',
      'UseDNS no',
      'PrintMotd yes',
      'LogLevel VERBOSE',
    ];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error; // it has ended meanwhile
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return []; // it has ended meanwhile
  }
}

function isSshd(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('sshd');
  } catch {
    return false; // it has ended meanwhile
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Waits until `condition` holds; fails after ten seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    if (condition()) return;
    await sleep(10);
  }
  throw new Error(`waited in vain until ${what}`);
}
