import { describe, expect, it } from 'vitest';
import { MinimeError } from '../../contract/errors.ts';
import { ChildRunner } from './childRunner.ts';

const runner = new ChildRunner();
const kindOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
    return 'resolved';
  } catch (error) {
    return error instanceof MinimeError ? error.kind : `not typed: ${String(error)}`;
  }
};

describe('ChildRunner', () => {
  it('passes arguments unchanged and resolves with any exit code', async () => {
    const nasty = `a b"c'd$(e)\n\\ü`;
    expect(await runner.must(['printf', '%s', nasty])).toBe(nasty);
    expect(await runner.run(['sh', '-c', 'echo out; echo err >&2; exit 7'])).toEqual({
      code: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('hands over standard input and speaks English', async () => {
    expect(await runner.must(['cat'], { input: 'hello' })).toBe('hello');
    expect(await runner.must(['sh', '-c', 'echo $LC_ALL'])).toBe('C\n');
  });

  it('tells kinds of failure apart', async () => {
    const aborted = new AbortController();
    aborted.abort();
    expect(await kindOf(runner.run(['no-such-program-here']))).toBe('unsupported');
    expect(await kindOf(runner.must(['false']))).toBe('tool-failed');
    expect(await kindOf(runner.run(['sleep', '60'], { timeoutMs: 20 }))).toBe('timeout');
    expect(await kindOf(runner.run(['sleep', '60'], { signal: aborted.signal }))).toBe('cancelled');
    expect(await kindOf(runner.run(['sh', '-c', 'kill -9 $$']))).toBe('tool-failed');
  });

  it('does not wait for what a killed tool left behind', async () => {
    // The background process keeps the pipe open long after the shell is dead.
    expect(await kindOf(runner.run(['sh', '-c', 'sleep 5 & sleep 60'], { timeoutMs: 20 }))).toBe('timeout');
  });

  it('cancels a tool that runs', async () => {
    const abort = new AbortController();
    const running = kindOf(runner.run(['sleep', '60'], { signal: abort.signal }));
    abort.abort();
    expect(await running).toBe('cancelled');
  });

  it('follows a tool line by line until it is stopped', async () => {
    const lines: string[] = [];
    let seen: () => void = () => undefined;
    const first = new Promise<void>((resolve) => {
      seen = resolve;
    });
    const follow = runner.follow(['sh', '-c', 'echo one; exec cat'], (line) => {
      lines.push(line);
      seen();
    });
    await first;
    follow.stop();
    await follow.ended;
    expect(lines).toEqual(['one']);
  });

  it('tells that a followed tool cannot be started', async () => {
    expect((await runner.follow(['no-such-program-here'], () => undefined).ended).code).toBeNull();
  });
});
