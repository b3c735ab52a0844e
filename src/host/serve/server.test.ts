import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  ProgressType,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { MinimeError } from '../../contract/errors.ts';
import { HOST_PROTOCOL, hostCalls, SERVE_PREAMBLE } from '../../contract/hostProtocol.ts';
import {
  hostStatusSchema,
  type SectionName,
  type Sections,
  sectionNames,
  sectionSchemas,
} from '../../contract/hostState.ts';
import { initialPolicy } from '../../contract/policy.ts';
import { noEngine } from '../pacemaker/compose.ts';
import { FakeHost } from '../testing/fakeHost.ts';
import { serve } from './server.ts';

const uuid = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const member = (name: string, nodeId: number): (typeof noEngine.members)[number] => ({
  name,
  nodeId,
  online: true,
});

let folder = '';
let fake: FakeHost;
let console_: MessageConnection;
let toHost: PassThrough;
let ended: Promise<void>;
const listeners = new Set<(section: string, data: unknown) => void>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-serve-'));
  fake = new FakeHost(folder);
  await mkdir(join(folder, 'disk', 'definitions'), { recursive: true });
  fake.define(uuid, 'vm');
  fake.engine = {
    ...noEngine,
    engine: 'running',
    quorate: true,
    localNode: 'n1',
    members: [member('n1', 1), member('n2', 2)],
    fencing: { ...noEngine.fencing, enabled: true, method: 'sbd-disk', agents: ['fence_sbd'] },
  };
  toHost = new PassThrough();
  const fromHost = new PassThrough();
  ended = serve(fake.host, toHost, fromHost);
  const preamble = fromHost.read(SERVE_PREAMBLE.length + 1) as Buffer;
  if (preamble.toString() !== `${SERVE_PREAMBLE}\n`)
    throw new Error(`not the preamble: ${preamble.toString()}`);
  console_ = createMessageConnection(new StreamMessageReader(fromHost), new StreamMessageWriter(toHost));
  console_.onNotification('section', ({ section, data }: { section: string; data: unknown }) => {
    for (const listener of listeners) listener(section, data);
  });
  console_.listen();
});
afterEach(async () => {
  toHost.end();
  await ended;
  console_.dispose();
  listeners.clear();
  await rm(folder, { recursive: true });
});

const errorOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: { data?: unknown }) => error.data,
  );

/** The next push of a section that fits. A connection takes one handler per method, so all waiting share it. */
function pushed<K extends SectionName>(
  name: K,
  fits: (data: Sections[K]) => boolean = () => true,
): Promise<Sections[K]> {
  return new Promise((resolve) => {
    const listener = (section: string, data: unknown): void => {
      if (section !== name) return;
      const parsed = sectionSchemas[name].parse(data) as Sections[K];
      if (!fits(parsed)) return;
      listeners.delete(listener);
      resolve(parsed);
    };
    listeners.add(listener);
  });
}

describe('serve', () => {
  it('says hello to a console of the same protocol only', async () => {
    const hello = await console_.sendRequest('hello', { protocol: HOST_PROTOCOL, consoleVersion: '9' });
    expect(hello).toEqual({ protocol: HOST_PROTOCOL, version: '1.2.3', host: 'n1' });
    const older = await errorOf(
      console_.sendRequest('hello', { protocol: HOST_PROTOCOL - 1, consoleVersion: '1' }),
    );
    expect(older).toMatchObject({
      kind: 'protocol-mismatch',
      host: 'n1',
      remedy: expect.stringContaining('newer'),
    });
    const newer = await errorOf(
      console_.sendRequest('hello', { protocol: HOST_PROTOCOL + 1, consoleVersion: '1' }),
    );
    expect(newer).toMatchObject({ kind: 'protocol-mismatch', remedy: expect.stringContaining('Update') });
  });

  it('gives the status by the contract', async () => {
    const status = hostStatusSchema.parse(await console_.sendRequest('status', {}));
    expect(Object.keys(status.sections).sort()).toEqual([...sectionNames].sort());
    expect(status.errors).toEqual([]);
  });

  it('leaves out a section that cannot be read, and says why', async () => {
    fake.reachable = false;
    const status = hostStatusSchema.parse(await console_.sendRequest('status', {}));
    expect(status.sections.vms).toBeUndefined();
    expect(status.errors).toMatchObject([{ id: 'section-vms', subject: 'vms', severity: 'error' }]);
    expect(status.sections.system?.hypervisor.reachable).toBe(false);
    expect(status.sections.system?.problems.map(({ id }) => id)).toContain('hypervisor-unreachable');
  });

  it('pushes a VM that changed', async () => {
    await console_.sendRequest('subscribe', {});
    const push = pushed('vms');
    const vm = fake.vms.get(uuid);
    if (vm !== undefined) vm.state = 'paused';
    fake.now += 5;
    fake.onHypervisor({ kind: 'changed', uuid });
    expect(await push).toMatchObject({ vms: [{ uuid, state: 'paused', stateSince: fake.now }] });
  });

  it('keeps VMs as unknown while the hypervisor does not answer, and finds them again', async () => {
    await console_.sendRequest('subscribe', {});
    const lost = [pushed('vms'), pushed('system')];
    fake.reachable = false;
    fake.onHypervisor({ kind: 'lost' });
    expect(await Promise.all(lost)).toMatchObject([
      { vms: [{ name: 'vm', state: 'unknown' }] },
      { hypervisor: { reachable: false } },
    ]);
    const found = [pushed('vms'), pushed('system')];
    fake.reachable = true;
    fake.onHypervisor({ kind: 'found' });
    expect(await Promise.all(found)).toMatchObject([
      { vms: [{ state: 'running' }] },
      { hypervisor: { reachable: true } },
    ]);
  });

  it('asks a hypervisor again that is back but did not answer', async () => {
    await console_.sendRequest('subscribe', {});
    const lost = pushed('system');
    fake.reachable = false;
    fake.onHypervisor({ kind: 'found' });
    expect(await lost).toMatchObject({ hypervisor: { reachable: false } });
    const found = [pushed('vms', ({ vms }) => vms[0]?.state === 'running'), pushed('system')];
    fake.reachable = true;
    expect(await Promise.all(found)).toMatchObject([{}, { hypervisor: { reachable: true } }]);
  });

  it('pushes the cluster when the engine changed', async () => {
    await console_.sendRequest('subscribe', {});
    const push = pushed('cluster');
    fake.engine = { ...fake.engine, quorate: false };
    fake.onEngine();
    expect(await push).toMatchObject({ quorate: false, problems: [{ id: 'not-quorate' }] });
  });

  it('pushes the policy that another host, or this one, has set', async () => {
    await console_.sendRequest('subscribe', {});
    const push = pushed('policy', ({ policy }) => policy !== null);
    const set = { policy: initialPolicy, editedBy: 'anna' };
    expect(await console_.sendRequest('policy.set', set)).toEqual({ revision: 1 });
    fake.onEngine();
    expect(await push).toMatchObject({ policy: { revision: 1 }, editedBy: 'anna' });
    expect(await errorOf(console_.sendRequest('policy.set', set))).toMatchObject({ kind: 'conflict' });
  });

  it('has the cluster take a host for fenced on the word of the admin, and notes tests that worked', async () => {
    await console_.sendRequest('fence.confirm', { target: 'n2' });
    expect(fake.confirmed).toEqual(['n2']);
    await console_.sendRequest('fence.test', { target: 'n2' });
    expect(fake.documents.get('fence-tested')).toBe(
      JSON.stringify({ at: fake.now, target: 'n2', method: 'sbd-disk' }),
    );
    fake.fence = () => Promise.reject(new MinimeError({ kind: 'tool-failed', message: 'no device' }));
    fake.now += 1;
    await console_.sendRequest('fence.test', { target: 'n2' });
    expect(fake.documents.get('fence-tested')).toBe(
      JSON.stringify({ at: fake.now - 1, target: 'n2', method: 'sbd-disk' }),
    );
  });

  it('syncs, and shows what is on the disk then', async () => {
    await console_.sendRequest('subscribe', {});
    const push = pushed('quorumDisks', ({ disks }) => disks[0]?.definitions.length === 1);
    const report = hostCalls.sync.result.parse(await console_.sendRequest('sync', {}));
    expect(report).toMatchObject({ written: 1, problems: [] });
    expect(await push).toMatchObject({ disks: [{ home: 'n1', definitions: [{ uuid, state: 'current' }] }] });
  });

  it('proves a round trip to the quorum disk', async () => {
    expect(await console_.sendRequest('quorumDisk.roundTrip', {})).toMatchObject({ ok: true });
    fake.host.quorumDisks.check = () =>
      Promise.reject(new MinimeError({ kind: 'storage', message: 'It is read-only.' }));
    expect(await console_.sendRequest('quorumDisk.roundTrip', {})).toMatchObject({
      ok: false,
      problem: { id: 'round-trip-failed', title: 'It is read-only.', host: 'n1' },
    });
  });

  it.each([
    [{}, { kind: 'invalid-input' }],
    [{ target: 'stranger' }, { kind: 'invalid-input', remedy: 'Its hosts are n1, n2.' }],
    [{ target: 'n1' }, { kind: 'conflict', cause: 'It would not live to tell.' }],
  ])('fences nobody when asked for %j', async (params, error) => {
    expect(await errorOf(console_.sendRequest('fence.test', params))).toMatchObject(error);
    expect(fake.fenced).toEqual([]);
  });

  it('does not fence without quorum, nor itself when it is alone', async () => {
    fake.engine = { ...fake.engine, quorate: false };
    expect(await errorOf(console_.sendRequest('fence.test', { target: 'n2' }))).toMatchObject({
      kind: 'conflict',
    });
    fake.engine = { ...fake.engine, members: [member('n1', 1), { ...member('n2', 2), online: false }] };
    const alone = await errorOf(console_.sendRequest('fence.test', { target: 'n1' }));
    expect(alone).toMatchObject({ cause: expect.stringContaining('only host') });
    expect(fake.fenced).toEqual([]);
  });

  it('fences another host, with progress to whom it was asked for', async () => {
    const progress: string[] = [];
    const listening = console_.onProgress(new ProgressType<{ message: string }>(), 7, ({ message }) => {
      progress.push(message);
    });
    fake.host.engine.fence = async (target, { onProgress }) => {
      fake.fenced.push(target);
      onProgress?.('Waiting.');
    };
    const result = await console_.sendRequest('fence.test', { target: 'n2', progressToken: 7 });
    expect(hostCalls['fence.test'].result.parse(result)).toMatchObject({ ok: true, agent: 'fence_sbd' });
    expect(fake.fenced).toEqual(['n2']);
    expect(progress).toEqual(['Waiting.']);
    listening.dispose();
  });

  it('tells a fencing that failed from one that was cancelled', async () => {
    fake.fence = () =>
      Promise.reject(
        new MinimeError({ kind: 'tool-failed', message: 'n2 was not fenced.', cause: 'No device' }),
      );
    expect(await console_.sendRequest('fence.test', { target: 'n2' })).toMatchObject({
      ok: false,
      problem: { id: 'fence-test-failed', title: 'n2 was not fenced.', cause: 'No device' },
    });
    const cancel = new CancellationTokenSource();
    fake.host.engine.fence = (_target, { signal }) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new MinimeError({ kind: 'cancelled', message: '' })));
        cancel.cancel();
      });
    const cancelled = await errorOf(console_.sendRequest('fence.test', { target: 'n2' }, cancel.token));
    expect(cancelled).toMatchObject({
      kind: 'cancelled',
      cause: expect.stringContaining('may still reboot'),
    });
  });

  it('reports a defect as one', async () => {
    fake.host.engine.state = () => Promise.reject(new TypeError('x is not a function'));
    expect(await errorOf(console_.sendRequest('fence.test', { target: 'n2' }))).toMatchObject({
      kind: 'internal',
    });
  });
});
