import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestSshd } from './sshd.ts';

/** A throw-away account of this machine, with a password. Only as root. */
export class TestUser {
  readonly name = `minime-t${randomBytes(4).toString('hex')}`;
  readonly password = `pw-${randomBytes(12).toString('hex')}`;
  readonly home: string;
  readonly uid: number;

  constructor(options: { shell?: string } = {}) {
    this.home = join('/home', this.name);
    execFileSync('useradd', ['-m', '-d', this.home, '-s', options.shell ?? '/bin/bash', this.name]);
    execFileSync('chpasswd', { input: `${this.name}:${this.password}\n` });
    this.uid = Number(execFileSync('id', ['-u', this.name]).toString());
  }

  /** Writes a file of the account; `path` is relative to its home. */
  write(path: string, content: string): void {
    writeFileSync(join(this.home, path), content);
    chownSync(join(this.home, path), this.uid, this.uid);
  }

  setPassword(password: string): void {
    execFileSync('chpasswd', { input: `${this.name}:${password}\n` });
  }

  /** A rule of its own in /etc/sudoers.d, for example `ALL=(ALL) NOPASSWD: ALL`; more lines are taken as they are. */
  allowSudo(rule: string, more: string[] = []): void {
    const lines = [`${this.name} ${rule}`, ...more.map((line) => line.replaceAll('USER', this.name))];
    writeFileSync(this.#sudoers, `${lines.join('\n')}\n`, { mode: 0o440 });
    execFileSync('visudo', ['-cq']);
  }

  denySudo(): void {
    rmSync(this.#sudoers, { force: true });
  }

  expire(): void {
    execFileSync('chage', ['-E', '0', this.name]);
  }

  /** The password is right but has to be changed at the next login. */
  outdatePassword(): void {
    execFileSync('chage', ['-d', '0', this.name]);
  }

  remove(): void {
    this.denySudo();
    execFileSync('userdel', ['-rf', this.name], { stdio: 'ignore' });
  }

  get #sudoers(): string {
    return join('/etc/sudoers.d', this.name);
  }
}

/** A home folder for the console's side, with ~/.ssh. */
export class TestHome {
  readonly path = mkdtempSync(join(tmpdir(), 'minime-home-'));
  readonly ssh = join(this.path, '.ssh');
  readonly knownHosts = join(this.ssh, 'known_hosts');

  constructor() {
    mkdirSync(this.ssh, { mode: 0o700 });
  }

  /** Makes a key pair; returns the private key's path and the public key. */
  newKey(name: string, options: { type?: string; passphrase?: string; pem?: boolean } = {}): TestKey {
    const file = join(this.ssh, name);
    const type = ['-t', options.type ?? 'ed25519'];
    const pem = options.pem === true ? ['-m', 'PEM'] : [];
    execFileSync('ssh-keygen', [
      '-q',
      ...type,
      ...pem,
      '-N',
      options.passphrase ?? '',
      '-C',
      name,
      '-f',
      file,
    ]);
    return {
      file,
      publicKey: execFileSync('ssh-keygen', ['-y', '-P', options.passphrase ?? '', '-f', file])
        .toString()
        .trim(),
    };
  }

  /** Files the host key of an sshd as known. */
  know(name: string, sshd: TestSshd, type = 'ed25519'): void {
    appendFileSync(this.knownHosts, `[${name}]:${sshd.port} ${sshd.hostKey(type).line}\n`);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export interface TestKey {
  file: string;
  publicKey: string;
}
