import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ConsoleEvent, HostView, Snapshot } from '../../src/contract/consoleApi.ts';
import { HOST_PROTOCOL } from '../../src/contract/hostProtocol.ts';
import type { ConnectionState, PromptAnswer } from '../../src/contract/inventory.ts';
import { hostPaths } from '../../src/contract/manifest.ts';
import { LabConsole } from '../support/labConsole.ts';
import { definitionTests, savesChanges } from './host-program/definitions.ts';
import { diskTests } from './host-program/disks.ts';
import { deadHostTests, failureTests } from './host-program/failures.ts';
import { hostTests } from './host-program/host.ts';
import { hostNames, LabCluster } from './host-program/labCluster.ts';
import { statusTests } from './host-program/status.ts';
import { Lab } from './lab.ts';

/**
 * The real core, real SSH, real vmcl: what an admin sees happen on a host is what happened. One cluster for the core and for the
 * host program, since making one takes a minute.
 */
describe('the console core and a cluster of three hosts', () => {
  let lab: Lab;
  let console_: LabConsole;
  const events: ConsoleEvent[] = [];

  const idOf = (name: string) => console_.hostIds.get(name) ?? '';
  const reached = async (
    hostId: string,
    state: ConnectionState,
    also: (view: HostView) => boolean = () => true,
  ): Promise<HostView> => {
    let found: HostView | undefined;
    await console_.until(`${hostId} is ${state}`, ({ hosts }) => {
      found = hosts.find((view) => view.entry.id === hostId);
      return found?.connection.state === state && also(found);
    });
    if (found === undefined) throw new Error('until() has seen the host');
    return found;
  };
  /** Adds a host that is there already under another user; it goes with the test. */
  const addUser = async (user: string, identityFile?: string): Promise<string> => {
    const { hostId } = await console_.call('hosts.add', {
      address: console_.host('n1').address,
      user,
      ...(identityFile === undefined ? {} : { identityFile }),
    });
    onTestFinished(async () => {
      await console_.call('hosts.remove', { hostId });
    });
    return hostId;
  };
  /** Answers every question for a secret of this host, as an admin who types the same each time. */
  const answerSecrets = (text: string): void => {
    const answer: PromptAnswer = { kind: 'secret', answers: [text], remember: false };
    onTestFinished(
      console_.core.onEvent((event) => {
        if (event.name !== 'prompt.opened' || event.data.kind !== 'secret') return;
        void console_.core.call('prompts.answer', { promptId: event.data.id, answer });
      }),
    );
  };

  beforeAll(async () => {
    execFileSync(process.execPath, ['scripts/build.mjs', '--quiet'], { stdio: 'inherit' });
    lab = await Lab.fresh({ name: 'core', hosts: 3 });
    console_ = await LabConsole.open(lab);
    console_.core.onEvent((event) => events.push(event));
    await console_.addHosts();
  });
  afterAll(async () => {
    await console_?.close();
    await lab?.down();
  });

  test('bare hosts are online by themselves once a cluster was deployed', async () => {
    for (const view of (await console_.snapshot()).hosts) expect(view.connection.state).toBe('bare');
    const spec = console_.spec();
    const stale = await console_.call('deploy.run', { spec, planId: 'reviewed-long-ago' });
    expect((await console_.finished(stale.operationId)).error?.kind).toBe('conflict');

    await console_.deploy(spec);
    for (const name of ['n1', 'n2', 'n3']) {
      const view = await reached(idOf(name), 'online', ({ sections }) => sections.cluster?.quorate === true);
      expect(view.sections.system?.nodeName).toBe(name);
      expect(view.sections.cluster?.members.map((member) => member.name).toSorted()).toEqual([
        'n1',
        'n2',
        'n3',
      ]);
      expect(view.connection.problems).toBeUndefined();
    }
  });

  test('a VM that is started is running on the console, without being asked for', async () => {
    await lab.addVm('n1', { name: 'web server' });
    const stateOf = (event: ConsoleEvent) =>
      event.name === 'host.section' && event.data.section === 'vms' && event.data.hostId === idOf('n1')
        ? (event.data.data as { vms: { name: string; state: string }[] }).vms.find(
            (vm) => vm.name === 'web server',
          )?.state
        : undefined;
    await reached(idOf('n1'), 'online', ({ sections }) => sections.vms?.vms.length === 1);
    const before = events.length;
    await lab.startVm('n1', 'web server');
    await reached(idOf('n1'), 'online', ({ sections }) => sections.vms?.vms[0]?.state === 'running');
    await lab.stopVm('n1', 'web server');
    await reached(idOf('n1'), 'online', ({ sections }) => sections.vms?.vms[0]?.state === 'shut-off');
    const states = events.slice(before).flatMap((event) => stateOf(event) ?? []);
    expect(states.indexOf('running')).toBeGreaterThan(-1);
    expect(states.lastIndexOf('shut-off')).toBeGreaterThan(states.lastIndexOf('running'));
  });

  test('load comes in and makes a history', async () => {
    await console_.until('there are three samples', () => loadEvents() >= 3);
    const { samples } = await console_.call('hosts.loadHistory', { hostId: idOf('n2') });
    expect(samples.length).toBeGreaterThanOrEqual(3);
    expect(samples.map((sample) => sample.at)).toEqual(
      samples.map((sample) => sample.at).toSorted((a, b) => a - b),
    );
    expect(samples[0]?.memoryTotal).toBeGreaterThan(0);
  });
  const loadEvents = () =>
    events.filter(
      (event) =>
        event.name === 'host.section' && event.data.section === 'load' && event.data.hostId === idOf('n2'),
    ).length;

  test('definitions are synced on request', async () => {
    const { operationId } = await console_.call('hosts.sync', { hostId: idOf('n1') });
    const operation = await console_.finished(operationId);
    expect(operation).toMatchObject({ kind: 'sync', state: 'done', steps: [{ id: 'sync' }] });
    expect(['done', 'unchanged']).toContain(operation.steps[0]?.state);
  });

  describe('whose host program', () => {
    let opened: LabCluster | undefined;
    const cluster = (): LabCluster => {
      if (opened === undefined) throw new Error('it is attached before the tests');
      return opened;
    };
    beforeAll(async () => {
      opened = await LabCluster.attach(lab);
      await opened.untilWhole();
    });
    afterAll(() => opened?.close());
    afterEach(async ({ task }) => {
      if (task.result?.state !== 'fail' || opened === undefined) return;
      for (const name of hostNames) console.log(`log of ${name}:\n${await opened.logOf(name)}`);
    });

    statusTests(cluster);
    savesChanges(cluster);
    // Mostly waiting for timers and time-outs of Pacemaker and ext4, so each host has its turn at the same time.
    definitionTests(cluster);
    diskTests(cluster);
    hostTests(cluster);
    failureTests(cluster);

    test('a host that dies is shown as gone at once, with what was known of it', async () => {
      const { lastHeardAt, sections } = await reached(idOf('n3'), 'online');
      const before = events.length;
      await lab.kill('n3');
      const gone = await reached(idOf('n3'), 'reconnecting');
      expect(gone.connection.error?.kind).toBe('unreachable');
      expect(gone.lastHeardAt).toBeGreaterThanOrEqual(lastHeardAt ?? 0);
      expect(gone.sections.vms).toEqual(sections.vms);
      await reached(
        idOf('n1'),
        'online',
        (view) => view.sections.cluster?.members.find((member) => member.name === 'n3')?.online === false,
      );
      expect(events.slice(before).some((event) => event.name === 'prompt.opened')).toBe(false);
    });

    deadHostTests(cluster);
  });

  test('a host that comes back is found again', async () => {
    await lab.boot('n3');
    await reached(idOf('n3'), 'online');
    const { sections } = await reached(
      idOf('n1'),
      'online',
      (view) => view.sections.cluster?.members.find((member) => member.name === 'n3')?.online === true,
    );
    expect(sections.cluster?.quorate).toBe(true);
  });

  test('a vmcl of another protocol is not talked to', async () => {
    const ours = `HOST_PROTOCOL = ${HOST_PROTOCOL};`;
    const number = await lab.exec('n2', ['grep', '-c', ours, hostPaths.program]);
    expect(Number(number)).toBe(1);
    await lab.exec('n2', ['cp', hostPaths.program, '/root/vmcl.cjs']);
    await lab.exec('n2', ['sed', '-i', `s/${ours}/HOST_PROTOCOL = 99;/`, hostPaths.program]);
    await console_.call('hosts.connect', { hostId: idOf('n2') });
    const { connection } = await reached(idOf('n2'), 'version-mismatch');
    expect(connection.error).toMatchObject({ kind: 'protocol-mismatch', host: console_.host('n2').address });
    expect(connection.error?.remedy).toContain('newer Minime');

    await lab.exec('n2', ['cp', '/root/vmcl.cjs', hostPaths.program]);
    await console_.call('hosts.connect', { hostId: idOf('n2') });
    await reached(idOf('n2'), 'online');
  });

  test('a wrong password ends in a clear refusal', async () => {
    answerSecrets('not the password');
    const hostId = await addUser('admin');
    const { connection } = await reached(hostId, 'failed');
    expect(connection.error).toMatchObject({ kind: 'auth-failed', host: console_.host('n1').address });
  });

  test('a user without sudo rights is told so', async () => {
    answerSecrets('minime-lab');
    const hostId = await addUser('guest', lab.sshKeyPath);
    const { connection } = await reached(hostId, 'failed');
    expect(connection).toMatchObject({ privilege: 'none', error: { kind: 'not-permitted' } });
  });

  test('a changed host key is refused loudly', async () => {
    const hostId = idOf('n1');
    const file = join(homedir(), '.ssh/known_hosts');
    const known = readFileSync(file, 'utf8');
    await console_.call('hosts.disconnect', { hostId });
    await reached(hostId, 'disconnected');
    writeFileSync(file, known.replace(keyOf(known, console_.host('n1').hostKeyFingerprint), otherKey()));
    const before = events.length;
    await console_.call('hosts.connect', { hostId });
    const { connection } = await reached(hostId, 'failed');
    expect(connection.error).toMatchObject({ kind: 'host-key-changed' });
    expect(events.slice(before).some((event) => event.name === 'prompt.opened')).toBe(false);

    writeFileSync(file, known);
    await console_.call('hosts.connect', { hostId });
    await reached(hostId, 'online');
  });

  test('a cluster is removed only under its name, and its hosts are bare then', async () => {
    const clusterId = (await reached(idOf('n1'), 'online')).sections.cluster?.id ?? '';
    await expect(console_.call('deploy.removeCluster', { clusterId, confirm: 'n1' })).rejects.toMatchObject({
      info: { kind: 'invalid-input' },
    });
    // As the host program does when it reads its disk at that moment.
    const folder = `--property=WorkingDirectory=${hostPaths.quorumDisks}/n1`;
    await lab.exec('n1', ['systemd-run', '--collect', '--unit=reader', folder, 'sleep', 'infinity']);
    const { operationId } = await console_.call('deploy.removeCluster', { clusterId, confirm: 'lab-core' });
    const unmounting = ({ operations }: Snapshot) => {
      const operation = operations.find(({ id }) => id === operationId);
      const step = operation?.steps.find(({ id }) => id === 'n1/unmount/n1');
      return step?.state === 'running' || operation?.endedAt !== undefined;
    };
    await console_.until('the quorum disk of n1 is to be unmounted', unmounting, 240_000);
    await sleep(2000);
    await lab.exec('n1', ['systemctl', 'stop', 'reader.service']);
    const removal = await console_.finished(operationId);
    expect(JSON.stringify(removal.error)).toBeUndefined();
    expect(removal).toMatchObject({ kind: 'remove-cluster', state: 'done' });
    for (const name of ['n1', 'n2', 'n3']) {
      expect((await reached(idOf(name), 'bare')).sections).toEqual({});
    }
  });
});

/** The key with this fingerprint as known_hosts has it; the name it stands under may be hashed. */
function keyOf(knownHosts: string, fingerprint: string): string {
  const keys = knownHosts.split('\n').map((line) => line.split(' ')[2] ?? '');
  const key = keys.find((text) => {
    const digest = createHash('sha256').update(Buffer.from(text, 'base64')).digest('base64');
    return `SHA256:${digest.replace(/=+$/, '')}` === fingerprint;
  });
  if (key === undefined) throw new Error(`${fingerprint} is not in known_hosts`);
  return key;
}

/** An ed25519 key that nobody has. */
function otherKey(): string {
  const blob = Buffer.concat([Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0 '), Buffer.alloc(32, 7)]);
  return blob.toString('base64');
}
