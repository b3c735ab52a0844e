import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostConnection } from '../hostConnection.ts';
import { needsRoot, useFixture } from '../testing/fixture.ts';
import { isRoot } from '../testing/sshd.ts';

const FLOOD = 8_000_000;

const odd = ["it's", 'a "b"', '$HOME', 'línea\nnew', '\\', '!', '', '*'];

/** What a host answers if nothing but programs is heard. */
const CLEAN = {
  plain: { code: 4, stdout: 'out', stderr: 'err' },
  echoed: odd.map((each) => `${each}|`).join(''),
  input: 'in\0put\n',
};

async function answers(host: HostConnection): Promise<typeof CLEAN> {
  const echo = ['sh', '-c', 'for each; do printf "%s|" "$each"; done', 'x', ...odd];
  return {
    plain: await host.exec(['sh', '-c', 'printf out; printf err >&2; exit 4']),
    echoed: (await host.run(echo)).stdout,
    input: (await host.run(['cat'], { stdin: CLEAN.input })).stdout,
  };
}

describe.skipIf(!isRoot)(`a talkative host (${needsRoot})`, () => {
  const banner = join(tmpdir(), `minime-banner-${process.pid}`);
  const t = useFixture({ config: [`Banner ${banner}`] });
  beforeAll(() => writeFileSync(banner, 'UNAUTHORISED ACCESS\nwill be\n\u0007prosecuted\n'));
  afterAll(() => rmSync(banner));

  it.each([
    ['a banner before the login', ''],
    ['messages from a start-up file', 'echo Welcome; echo Careful >&2; printf "no line end"'],
    ['messages that look like output', 'echo 0; echo "{}"; printf "\\n\\n-\\n"; printf "\\n-\\n" >&2'],
    ['commands echoed by the shell', 'set -x -v'],
    ['a flood on both streams', `head -c ${FLOOD} /dev/zero; head -c ${FLOOD} /dev/zero | tr '\\0' x >&2`],
    ['a prompt that the start-up file asks', 'read -t 1 answer; echo "you said $answer"'],
    [
      'an odd environment',
      'export LC_ALL=nowhere.UTF-8 IFS=_ ENV=/nonexistent BASH_ENV=/nonexistent CDPATH=/; set -u; alias exec=false',
    ],
  ])('with %s', async (_, startup) => {
    t.user.write('.bashrc', `${startup}\n`);
    expect(await answers(await t.connected())).toEqual(CLEAN);
  });

  it('whose start-up file ends the shell is told so, with what it said', async () => {
    t.user.write('.bashrc', '');
    const host = await t.connected();
    t.user.write('.bashrc', 'echo "Account is being migrated" >&2; exit 3\n');
    await expect(host.exec(['true'])).rejects.toMatchObject({
      kind: 'tool-failed',
      info: {
        message: expect.stringContaining('ended before it ran the command'),
        details: expect.stringContaining('Account is being migrated'),
      },
    });
    expect(host.state.state).toBe('connected');
  });

  it('whose start-up file never stops talking is given up', async () => {
    t.user.write('.bashrc', '');
    const host = await t.connected();
    t.user.write('.bashrc', 'yes "I have so much to say that you will never hear the end of it"\n');
    await expect(host.exec(['true'])).rejects.toMatchObject({
      info: { cause: expect.stringContaining('no end of it was in sight') },
    });
  });
});

describe.each(['/usr/bin/fish', '/bin/tcsh', '/bin/zsh', '/bin/dash'])('the login shell %s', (shell) => {
  describe.skipIf(!isRoot)(`(${needsRoot})`, () => {
    const t = useFixture({ shell });

    it('does no harm', async () => {
      t.user.write('.tcshrc', 'echo noise\n');
      t.user.write('.zshenv', 'echo noise\n');
      expect(await answers(await t.connected())).toEqual(CLEAN);
    });
  });
});

describe.skipIf(!isRoot)(`an account that may not run commands (${needsRoot})`, () => {
  const t = useFixture({ shell: '/usr/sbin/nologin' });

  it('is told so', async () => {
    await expect(t.connected()).rejects.toMatchObject({
      kind: 'tool-failed',
      info: { details: expect.stringContaining('not available') },
    });
  });
});
