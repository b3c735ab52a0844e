import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { HostAddress } from '../../../../src/contract/inventory.ts';
import type { HostConnection, HostConnectionOptions } from '../hostConnection.ts';
import { ScriptedAdmin, TestConsole } from './console.ts';
import { isRoot, type SshdOptions, TestSshd } from './sshd.ts';
import { TestHome, TestUser } from './users.ts';

/** Why a suite is left out, for its title. */
export const needsRoot = 'needs root, for it makes accounts';

export interface Fixture {
  readonly sshd: TestSshd;
  readonly user: TestUser;
  readonly home: TestHome;
  readonly console: TestConsole;
  /** The account on the host, whose key is in known_hosts already. */
  address(more?: Partial<HostAddress>): HostAddress;
  /** A connection of the account, made with a key of its own and without a question. */
  connected(options?: HostConnectionOptions): Promise<HostConnection>;
}

/**
 * An sshd, an account and a console for the tests of one `describe`. After all of them it is checked that no secret got
 * into the log.
 */
export function useFixture(options: SshdOptions & { shell?: string } = {}): Fixture {
  const parts: { sshd?: TestSshd; user?: TestUser; home?: TestHome; console?: TestConsole } = {};
  let login: string | undefined;
  const get = <K extends keyof typeof parts>(key: K): NonNullable<(typeof parts)[K]> => {
    const part = parts[key];
    if (part === undefined) throw new Error(`${key} is not there yet`);
    return part;
  };
  const fixture: Fixture = {
    get sshd() {
      return get('sshd');
    },
    get user() {
      return get('user');
    },
    get home() {
      return get('home');
    },
    get console() {
      return get('console');
    },
    address: (more = {}) => ({
      address: '127.0.0.1',
      port: fixture.sshd.port,
      user: fixture.user.name,
      ...more,
    }),
    async connected(options = {}) {
      login ??= newLogin(fixture);
      const host = fixture.console.host(
        fixture.address({ identityFile: login }),
        new ScriptedAdmin(),
        options,
      );
      await host.connect();
      return host;
    },
  };

  beforeAll(async () => {
    if (!isRoot) return;
    parts.sshd = await TestSshd.start(options);
    parts.user = new TestUser(options.shell === undefined ? {} : { shell: options.shell });
    parts.home = new TestHome();
    parts.home.know('127.0.0.1', parts.sshd);
    parts.console = new TestConsole(parts.home);
  });
  afterEach(() => parts.console?.close());
  afterAll(async () => {
    const { console, user } = parts;
    await parts.sshd?.stop();
    user?.remove();
    parts.home?.remove();
    if (console === undefined || user === undefined) return;
    expect(console.log).not.toBe('');
    for (const secret of [user.password, ...console.secrets]) expect(console.log).not.toContain(secret);
  });
  return fixture;
}

/** A key that the account may be logged in to with; its file. */
function newLogin({ home, sshd, user }: Fixture): string {
  const key = home.newKey('login');
  sshd.authorize(user.name, [key.publicKey]);
  return key.file;
}
