import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostConfig } from '../../contract/manifest.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import { FakeHost } from '../testing/fakeHost.ts';
import { callLocally } from './local.ts';
import { SshPeers } from './peers.ts';
import { dispatch } from './server.ts';
import type { Transport } from './ssh.ts';

const uuid = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
let folder = '';
/** The other host, which calls itself n1 as every fake does. */
let other: FakeHost;
let opened: string[];
let transports: (Transport & { die(said: string): void })[];
const closing: Promise<void>[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-peers-'));
  other = new FakeHost(folder);
  opened = [];
  transports = [];
});
afterEach(async () => {
  for (const transport of transports) transport.stop();
  await Promise.all(closing.splice(0));
  await rm(folder, { recursive: true });
});

/** A `vmcl dispatch` of the other host, with what a shell might say before it. */
function connect(banner = 'Welcome!\n'): Transport {
  const input = new PassThrough();
  const output = new PassThrough();
  output.write(banner);
  closing.push(dispatch(other.host, input, output));
  let end: (said: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  const die = (said: string): void => {
    input.end();
    output.end();
    end(said);
  };
  const transport = { input, output, ended, stop: () => die(''), die };
  transports.push(transport);
  return transport;
}

/** An address behind which nobody is. */
function nobody(said: string | undefined): Transport {
  return {
    input: new PassThrough(),
    output: new PassThrough(),
    ended: said === undefined ? new Promise(() => undefined) : Promise.resolve(said),
    stop: () => undefined,
  };
}

const config: HostConfig = {
  format: 1,
  clusterId: 'c1',
  clusterName: 'lab',
  nodeName: 'n9',
  quorumDisks: [],
  fencing: { method: 'sbd-disk', devices: [] },
  dispatch: { port: 7790, hosts: { n1: ['10.0.0.1', '10.0.1.1'], n2: ['10.0.0.2'] } },
};

function peers(open: (address: string) => Transport = () => connect(), clock: Clock = systemClock): SshPeers {
  return new SshPeers({
    config: () => Promise.resolve(config),
    clock,
    open: (argv) => {
      const address = (argv.at(-1) ?? '').replace('root@', '');
      opened.push(address);
      return open(address);
    },
    local: (_self, name, params, options) => callLocally(other.host, name, params, options),
  });
}

const patient = { timeoutMs: 5000 };

describe('asking another host', () => {
  it('opens one connection, and keeps it', async () => {
    other.define(uuid, 'vm');
    const asking = peers();
    const surveys = await Promise.all([1, 2].map(() => asking.call('n1', 'survey', {}, patient)));
    expect(surveys.map(({ running }) => running.length)).toEqual([1, 1]);
    expect(await asking.call('n1', 'vm.ready', { uuid }, patient)).toEqual({ agent: null });
    expect(opened).toEqual(['10.0.0.1']);
  });

  it('is ready to ask, before it asks, those that can be reached', async () => {
    const asking = peers((address) => (address === '10.0.0.2' ? nobody('No route to host') : connect()));
    await asking.warmUp();
    expect(opened).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(await asking.call('n1', 'vm.ready', { uuid }, patient)).toEqual({ agent: null });
    expect(opened).toHaveLength(2);
    await expect(asking.call('n2', 'survey', {}, patient)).rejects.toMatchObject({
      info: { kind: 'unreachable', host: 'n2' },
    });
  });

  it('opens another one when it broke', async () => {
    const asking = peers();
    await asking.call('n1', 'vm.ready', { uuid }, patient);
    transports[0]?.die('Connection reset by peer');
    await expect.poll(() => asking.call('n1', 'vm.ready', { uuid }, patient)).toEqual({ agent: null });
    expect(opened).toEqual(['10.0.0.1', '10.0.0.1']);
  });

  it('takes the second address when the first refuses', async () => {
    const asking = peers((address) => (address === '10.0.0.1' ? nobody('Connection refused') : connect()));
    expect(await asking.call('n1', 'vm.ready', { uuid }, patient)).toEqual({ agent: null });
  });

  it('takes the second address when the first is silent', async () => {
    const noPatience: Clock = {
      ...systemClock,
      sleep: (ms, signal) => (ms <= 500 ? Promise.resolve() : systemClock.sleep(ms, signal)),
    };
    const asking = peers((address) => (address === '10.0.0.1' ? nobody(undefined) : connect()), noPatience);
    expect(await asking.call('n1', 'vm.ready', { uuid }, patient)).toEqual({ agent: null });
  });

  it.each<[string, Transport, string]>([
    ['nobody is there', nobody('No route to host'), 'No route to host'],
    ['its key is another', nobody('Host key verification failed.'), 'Host key verification failed.'],
  ])('is unreachable if %s', async (_case, transport, cause) => {
    const call = peers(() => transport).call('n1', 'survey', {}, patient);
    await expect(call).rejects.toMatchObject({ info: { kind: 'unreachable', host: 'n1', cause } });
  });

  it('does not take one host for another', async () => {
    await expect(peers().call('n2', 'survey', {}, patient)).rejects.toMatchObject({
      info: { kind: 'unreachable', cause: expect.stringContaining('n1') },
    });
  });

  it('hears of a connection that breaks while it waits', async () => {
    other.host.hypervisor.agentAnswers = () => new Promise(() => undefined);
    const asking = peers();
    await asking.call('n1', 'hello', { protocol: 1 }, patient);
    const call = asking.call('n1', 'vm.ready', { uuid }, patient);
    transports[0]?.die('Timeout, server not responding.');
    await expect(call).rejects.toMatchObject({
      info: { kind: 'unreachable', cause: 'Timeout, server not responding.' },
    });
    // What was begun there is waited for there; nothing else ends this one.
    void closing.splice(0);
  });

  it('gives up in time, and when it is told to', async () => {
    const asking = peers(() => nobody(undefined));
    await expect(asking.call('n1', 'survey', {}, { timeoutMs: 1 })).rejects.toMatchObject({
      kind: 'timeout',
    });
    const abort = new AbortController();
    const call = asking.call('n1', 'survey', {}, { ...patient, signal: abort.signal });
    abort.abort();
    await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
    const signal = AbortSignal.abort();
    await expect(asking.call('n1', 'survey', {}, { ...patient, signal })).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });

  it('passes on what went wrong there', async () => {
    other.reachable = false;
    await expect(peers().call('n1', 'vm.ready', { uuid }, patient)).rejects.toMatchObject({
      info: { kind: 'unreachable', message: 'The hypervisor does not answer.', host: 'n1' },
    });
    await expect(peers().call('n1', 'vm.ready', { uuid: 'x' }, patient)).rejects.toMatchObject({
      kind: 'invalid-input',
    });
  });

  it('answers itself without a connection', async () => {
    other.define(uuid, 'vm');
    expect(await peers().call('n9', 'vm.ready', { uuid }, patient)).toEqual({ agent: null });
    expect(opened).toEqual([]);
  });
});

describe('dispatch', () => {
  it('ends a start that was begun, though nobody waits for it any more', async () => {
    let finish: () => void = () => undefined;
    let begun: () => void = () => undefined;
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    other.host.hypervisor.agentAnswers = () => {
      begun();
      return new Promise((resolve) => {
        finish = () => resolve(true);
      });
    };
    const asking = peers();
    const call = asking.call('n1', 'vm.ready', { uuid }, patient).catch(() => undefined);
    await started;
    transports[0]?.die('gone');
    await call;
    let over = false;
    void closing[0]?.then(() => {
      over = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(over).toBe(false);
    finish();
    await closing[0];
  });
});
