import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../src/contract/finding.ts';
import type { OperationStep } from '../../../../src/contract/operation.ts';
import type { Node } from '../context.ts';
import { commandStep, fileStep, type Stage, type Step } from '../plan/step.ts';
import { ScriptedHost } from '../testing/scriptedHost.ts';
import { execute } from './execute.ts';

function setUp() {
  const states = new Map<string, OperationStep['state']>();
  const findings: Finding[] = [];
  const abort = new AbortController();
  const log: string[] = [];
  const node = (name: string): Node & { remote: ScriptedHost } => ({
    name,
    hostId: name,
    remote: new ScriptedHost(name),
  });
  const hosts = { n1: node('n1'), n2: node('n2') };
  /** Done once its command has run. */
  const command = (on: Node, stage: Stage, slug: string, more: object = {}): Step => {
    let ran = false;
    const remote = on.remote as ScriptedHost;
    const before = remote.answer;
    remote.answer = (argv, options) => {
      if (argv[0] !== slug) return before(argv, options);
      log.push(`${on.name} ${slug}`);
      ran = true;
      return {};
    };
    return commandStep(on, stage, slug, slug, { argv: [slug], done: () => Promise.resolve(ran), ...more });
  };
  const context = {
    signal: abort.signal,
    reporter: {
      step: (id: string, patch: Partial<OperationStep>) => {
        if (patch.state !== undefined) states.set(id, patch.state);
      },
      finding: (finding: Finding) => void findings.push(finding),
    },
  };
  return { ...hosts, states, findings, abort, log, command, context };
}

const failing = { done: () => Promise.resolve(false) };

describe('execution', () => {
  it('finishes a stage on all hosts before the next begins on any', async () => {
    const { n1, n2, command, context, log } = setUp();
    const slow = command(n1, 'packages', 'slow', {
      guard: () => new Promise((resolve) => setTimeout(resolve, 20)),
    });
    await execute([command(n2, 'engine', 'late'), slow, command(n2, 'packages', 'quick')], context);
    expect(log).toEqual(['n2 quick', 'n1 slow', 'n2 late']);
  });

  it('leaves alone what is right already', async () => {
    const { n1, command, context, log, states } = setUp();
    const file = { path: '/etc/a', mode: '0644', bytes: Buffer.from('a'), shown: 'a' };
    const steps = [command(n1, 'packages', 'once'), fileStep(n1, 'files', 'a', file)];
    expect(await execute(steps, context)).toMatchObject({ done: 2, unchanged: 0 });
    expect(await execute(steps, context)).toMatchObject({ done: 0, unchanged: 2 });
    expect(log).toEqual(['n1 once']);
    expect([...states.values()]).toEqual(['unchanged', 'unchanged']);
  });

  it.each([
    ['content', { bytes: Buffer.from('b') }],
    ['mode', { mode: '0600' }],
  ])('writes a file again whose %s differs', async (_, change) => {
    const { n1, context } = setUp();
    const file = { path: '/etc/a', mode: '0644', bytes: Buffer.from('a'), shown: 'a' };
    await execute([fileStep(n1, 'files', 'a', file)], context);
    const result = await execute([fileStep(n1, 'files', 'a', { ...file, ...change })], context);
    expect(result.done).toBe(1);
  });

  it('begins nothing more anywhere after a failure, undoes, and reports', async () => {
    const { n1, n2, command, context, states } = setUp();
    const steps = [
      command(n1, 'packages', 'hold', { undo: ['release'] }),
      command(n1, 'packages', 'fails', failing),
      command(n2, 'packages', 'hold', { undo: ['release'] }),
      command(n2, 'files', 'never'),
    ];
    await expect(execute(steps, context)).rejects.toMatchObject({
      kind: 'tool-failed',
      info: { host: 'n1' },
    });
    expect(states.get('n1/packages/fails')).toBe('failed');
    expect(states.get('n2/files/never')).toBe('cancelled');
    expect(n1.remote.commands).toContain('release');
    expect(n2.remote.commands).toContain('release');
    expect(n2.remote.commands).not.toContain('never');
  });

  it('tells what could not be undone', async () => {
    const { n1, command, context, findings } = setUp();
    const hold = command(n1, 'packages', 'hold', { undo: ['release'] });
    const fails = command(n1, 'packages', 'fails', failing);
    const before = n1.remote.answer;
    n1.remote.answer = (argv, options) => (argv[0] === 'release' ? { code: 1 } : before(argv, options));
    await expect(execute([hold, fails], context)).rejects.toMatchObject({ kind: 'tool-failed' });
    expect(findings).toMatchObject([{ id: 'not-undone', host: 'n1', remedy: 'Run as root: release' }]);
  });

  it('asks again for steps whose content an earlier stage makes', async () => {
    const { n1, command, context } = setUp();
    const file = (bytes: Buffer | null) =>
      fileStep(n1, 'files', 'a', { path: '/etc/a', mode: '0644', bytes, shown: '' });
    const make = command(n1, 'keys', 'make');
    const revision = {
      after: 'keys' as const,
      steps: () => Promise.resolve([make, file(Buffer.from('key'))]),
    };
    expect(await execute([make, file(null)], context, revision)).toMatchObject({ done: 2 });
    expect(n1.remote.files.get('/etc/a')?.content.toString()).toBe('key');
  });

  it('ends as with any failure when they cannot be had', async () => {
    const { n1, command, context, states } = setUp();
    const steps = [command(n1, 'keys', 'make'), command(n1, 'files', 'never')];
    const revision = { after: 'keys' as const, steps: () => Promise.reject(new Error('no answer')) };
    await expect(execute(steps, context, revision)).rejects.toThrow('no answer');
    expect(states.get('n1/files/never')).toBe('cancelled');
  });

  it('can be cancelled, but lets what must not be cut off come to its end', async () => {
    const { n1, command, context, abort, log, states } = setUp();
    const install = command(n1, 'packages', 'install', { interruptible: false });
    const before = n1.remote.answer;
    const given: (AbortSignal | undefined)[] = [];
    n1.remote.answer = (argv, options) => {
      given.push(options.signal);
      abort.abort();
      return before(argv, options);
    };
    await expect(execute([install, command(n1, 'files', 'never')], context)).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(given).toEqual([undefined]);
    expect(log).toEqual(['n1 install']);
    expect(states.get('n1/files/never')).toBe('cancelled');
  });

  it('does not run a command whose guard refuses', async () => {
    const { n1, command, context, log } = setUp();
    const format = command(n1, 'format', 'mkfs', { guard: () => Promise.reject(new Error('holds data')) });
    await expect(execute([format], context)).rejects.toThrow(/holds data/);
    expect(log).toEqual([]);
  });

  it('says what is still missing when waiting was in vain', async () => {
    const { n1, command, context } = setUp();
    const wait = { timeoutMs: 0, pending: () => Promise.resolve('n2 is not a member.') };
    await expect(
      execute([command(n1, 'membership', 'wait', { ...failing, wait })], context),
    ).rejects.toMatchObject({
      info: { cause: 'n2 is not a member.' },
    });
  });

  it('says what the command printed, when waiting was in vain and nothing better is known', async () => {
    const { n1, command, context } = setUp();
    const step = command(n1, 'unmount', 'umount', { ...failing, mayFail: true, wait: { timeoutMs: 0 } });
    n1.remote.answer = () => ({ code: 32, stderr: 'umount: /disk: target is busy.\n' });
    await expect(execute([step], context)).rejects.toMatchObject({
      info: { host: 'n1', cause: 'umount: /disk: target is busy.' },
    });
  });

  it.each([
    ['what its package manager makes of it', (output: string) => output.split('\n')[1], 'b'],
    ['the program and its code, if that is nothing', () => undefined, 'apt-get ended with code 100.'],
  ])('says of a command that failed %s', async (_, reason, cause) => {
    const { n1, command, context } = setUp();
    const step = command(n1, 'packages', 'env', { argv: ['env', 'A=b', 'apt-get', 'install'], reason });
    n1.remote.answer = () => ({ code: 100, stderr: 'a\nb\nc\n' });
    await expect(execute([step], context)).rejects.toMatchObject({ info: { cause } });
  });

  it('runs again, when it is to, what may have been lost on its way', async () => {
    const { n1, command, context, log } = setUp();
    const wait = { timeoutMs: 60_000, pending: () => Promise.resolve('It is still there.'), again: true };
    const step = command(n1, 'configuration', 'forget', {
      done: () => Promise.resolve(log.length === 2),
      wait,
    });
    expect(await execute([step], context)).toMatchObject({ done: 1 });
    expect(log).toEqual(['n1 forget', 'n1 forget']);
  });

  it('does not wait for what has failed for good', async () => {
    const { n1, command, context } = setUp();
    const wait = {
      timeoutMs: 60_000,
      pending: () => Promise.resolve('It is not there yet.'),
      hopeless: () => Promise.resolve('Its start failed.'),
    };
    const step = command(n1, 'configuration', 'wait', { ...failing, wait });
    await expect(execute([step], context)).rejects.toMatchObject({ info: { cause: 'Its start failed.' } });
  });
});
