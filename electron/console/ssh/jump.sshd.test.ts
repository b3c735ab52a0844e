import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ScriptedAdmin } from './testing/console.ts';
import { needsRoot, useFixture } from './testing/fixture.ts';
import { freePort, isRoot, TestSshd } from './testing/sshd.ts';
import { TestUser } from './testing/users.ts';

describe.skipIf(!isRoot)(`through jump hosts (${needsRoot})`, () => {
  const t = useFixture();
  let jump: TestSshd;
  let closed: TestSshd;
  let jumper: TestUser;

  beforeAll(async () => {
    jump = await TestSshd.start();
    closed = await TestSshd.start({ config: ['AllowTcpForwarding no'] });
    jumper = new TestUser();
  });
  afterAll(async () => {
    await jump?.stop();
    await closed?.stop();
    jumper?.remove();
  });
  afterEach(() => t.console.close());

  /** `way`: names of this configuration, comma-separated. */
  function configure(way: string, port = t.sshd.port): void {
    const host = (name: string, sshdPort: number) => `Host ${name}\n HostName 127.0.0.1\n Port ${sshdPort}\n`;
    const key = t.home.newKey(`jumper-${Date.now()}-${Math.random()}`);
    for (const sshd of [jump, closed]) sshd.authorize(jumper.name, [key.publicKey]);
    writeFileSync(
      join(t.home.ssh, 'config'),
      `${host('first', jump.port)} User ${jumper.name}\n IdentityFile ${key.file}\n` +
        `${host('second', jump.port)} User ${jumper.name}\n` +
        `${host('closed', closed.port)} User ${jumper.name}\n IdentityFile ${key.file}\n` +
        `${host('inner', port)} User ${t.user.name}\n ProxyJump ${way}\n`,
      { mode: 0o600 },
    );
  }

  it('each is verified and logged in to by itself', async () => {
    configure('first,second');
    const admin = new ScriptedAdmin({ password: [jumper.password, t.user.password] });
    const host = t.console.host({ address: 'inner' }, admin);
    await host.connect();
    expect((await host.run(['id', '-un'])).stdout.trim()).toBe(t.user.name);
    expect(admin.hostKeys.map((question) => question.host)).toEqual(['first']);
    expect(admin.questions.map(({ host: asked, user }) => [asked, user]).slice(0, 2)).toEqual([
      ['second', jumper.name],
      ['inner', t.user.name],
    ]);
    expect(jump.log.match(/Accepted publickey/g)).toHaveLength(1);
    expect(jump.log.match(/Accepted password/g)).toHaveLength(1);
    const big = 'x'.repeat(3_000_000);
    expect((await host.run(['wc', '-c'], { stdin: big })).stdout.trim()).toBe('3000000');
    host.disconnect();
  });

  it('a jump host that breaks takes the connection with it', async () => {
    configure('first');
    const host = t.console.host({ address: 'inner' }, new ScriptedAdmin({ password: [t.user.password] }));
    await host.connect();
    const running = host.exec(['sleep', '100']);
    jump.breakConnections();
    await expect(running).rejects.toMatchObject({ kind: 'unreachable' });
    expect(host.state.state).toBe('reconnecting');
    await host.connect();
    expect((await host.run(['echo', 'back'])).stdout).toBe('back\n');
  });

  it('a host that the jump host cannot reach is told with both names', async () => {
    configure('first', await freePort());
    const host = t.console.host({ address: 'inner' });
    await expect(host.connect()).rejects.toMatchObject({
      kind: 'unreachable',
      info: {
        host: 'inner',
        message: expect.stringContaining('through first'),
        cause: expect.stringMatching(/refused/i),
      },
    });
  });

  it('a jump host that forbids forwarding is told with the remedy', async () => {
    configure('closed');
    const host = t.console.host({ address: 'inner' });
    await expect(host.connect()).rejects.toMatchObject({
      kind: 'unreachable',
      info: { remedy: expect.stringContaining('AllowTcpForwarding') },
    });
  });
});
