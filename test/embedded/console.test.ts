import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestCore } from '../../electron/console/testing/testCore.ts';
import type { CallOutput } from '../../src/contract/consoleApi.ts';
import type { EmbeddedAction, EmbeddedSite } from '../../src/contract/embedded.ts';
import { readGuestDisk } from '../../src/embedded/world/guestDisks.ts';
import { launchInProcess } from './inProcess.ts';

/** Real SSH, real host program, real console core; only time goes by faster. */
const speed = 20;
const patienceMs = 100_000;

type Snapshot = CallOutput<'snapshot'>;

describe('the console and the embedded cluster', { timeout: 120_000 }, () => {
  let dataFolder: string;
  let core: TestCore;

  const open = async (): Promise<TestCore> =>
    await TestCore.start({ dataFolder, launchEmbedded: launchInProcess });
  const snapshot = (): Promise<Snapshot> => core.call('snapshot', {});
  const until = async (what: string, holds: (now: Snapshot) => boolean): Promise<Snapshot> => {
    let now = await snapshot();
    await core.until(
      async () => {
        now = await snapshot();
        return holds(now);
      },
      () => `${what}; it is ${JSON.stringify(summary(now))}`,
      patienceMs,
    );
    return now;
  };
  const act = (action: EmbeddedAction) => core.call('embedded.act', { action });
  const site = ({ embedded }: Snapshot): EmbeddedSite => {
    if (embedded === null) throw new Error('there is no embedded cluster');
    return embedded;
  };
  const online = ({ hosts }: Snapshot): string[] =>
    hosts.filter(({ connection }) => connection.state === 'online').map(({ entry }) => entry.address);
  /** A host is online before it has said anything. */
  const tellsOfItself = ({ sections }: Snapshot['hosts'][number]): boolean =>
    sections.cluster?.quorate === true && sections.policy?.policy?.tiers !== undefined;
  const running = (now: Snapshot): string[] =>
    site(now)
      .vms.filter(({ state }) => state === 'running')
      .map(({ name }) => name)
      .sort();
  const summary = (now: Snapshot) => ({
    site: now.embedded?.state,
    error: now.embedded?.error,
    power: now.embedded?.hosts.map(({ power }) => power),
    vms: now.embedded?.vms.map(({ name, host, state }) => `${name} ${state} ${host}`),
    hosts: now.hosts.map(({ entry, connection }) => `${entry.address} ${connection.state}`),
    log: core.log.split('\n').filter((line) => /"level":[456]0/.test(line)),
  });
  const started = async (hosts = 3): Promise<Snapshot> => {
    await core.call('embedded.start', { hosts, speed });
    return await until(
      'everything to be up',
      (now) =>
        now.embedded?.state === 'running' && online(now).length === hosts && now.hosts.every(tellsOfItself),
    );
  };

  beforeEach(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'minime-embedded-console-'));
    core = await open();
  });
  afterEach(async () => {
    await core.stop();
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });

  it('starts, survives a dead host, survives a restart, and leaves nothing', async () => {
    const up = await started();
    expect(up.hosts.map(({ entry }) => [entry.address, entry.embedded])).toEqual([
      ['embedded-1', true],
      ['embedded-2', true],
      ['embedded-3', true],
    ]);
    expect(up.prompts).toEqual([]);
    expect(running(up)).toHaveLength(12);
    expect(site(up)).toMatchObject({ faults: [], clusters: [{ name: 'embedded' }], speed });
    expect(up.hosts[0]?.sections.policy?.policy?.tiers.map(({ name }) => name)).toContain('Databases');
    expect(up.hosts[0]?.sections.cluster).toMatchObject({ id: site(up).clusters[0]?.id, quorate: true });

    const onFirst = site(up).vms.filter(({ host }) => host === 'embedded-1');
    await act({ kind: 'kill-host', host: 'embedded-1' });
    const taken = await until('its VMs to run elsewhere', (now) => {
      const moved = site(now).vms.filter(({ uuid }) => onFirst.some((vm) => vm.uuid === uuid));
      return moved.every(({ host, state }) => host !== 'embedded-1' && state === 'running');
    });
    expect(site(taken).faults).toMatchObject([
      { title: 'embedded-1 is switched off.', undo: { kind: 'boot-host', host: 'embedded-1' } },
    ]);
    const recorded = await until('a record of it', ({ hosts }) =>
      hosts.some(({ sections }) => sections.history?.failovers.some(({ ended }) => ended !== undefined)),
    );
    const failover = recorded.hosts.flatMap(({ sections }) => sections.history?.failovers ?? [])[0];
    const { record } = await core.call('history.get', {
      clusterId: site(recorded).clusters[0]?.id ?? '',
      id: failover?.id ?? '',
    });
    expect(record.vms.map(({ name }) => name).sort()).toEqual(onFirst.map(({ name }) => name).sort());

    await act({ kind: 'boot-host', host: 'embedded-1' });
    await until('it to be back', (now) => online(now).length === 3 && site(now).faults.length === 0);

    const before = await snapshot();
    const counted = await countOf('db');
    await core.stop();
    core = await open();
    const again = await until(
      'everything to be there again',
      (now) => now.embedded?.state === 'running' && online(now).length === 3 && running(now).length === 12,
    );
    expect(again.hosts.map(({ entry }) => entry.id)).toEqual(before.hosts.map(({ entry }) => entry.id));
    expect(again.prompts).toEqual([]);
    // No VM went back to where its home was when the cluster was made.
    expect(placesIn(again)).toEqual(placesIn(before));
    await core.until(
      async () => (await countOf('db')) > counted,
      () => 'db to go on counting on its disk',
      patienceMs,
    );

    await core.call('embedded.remove', {});
    const { hosts, embedded } = await snapshot();
    expect({ hosts, embedded }).toEqual({ hosts: [], embedded: null });
    expect(existsSync(join(dataFolder, 'embedded'))).toBe(false);
    expect(await readFile(join(dataFolder, 'hosts.json'), 'utf8')).not.toContain('embedded');
  });

  const countOf = async (vm: string): Promise<number> =>
    (await readGuestDisk(join(dataFolder, 'embedded/clusters/embedded/images', `${vm}.img`)))?.count ?? 0;
  const placesIn = (now: Snapshot) => Object.fromEntries(site(now).vms.map(({ name, host }) => [name, host]));

  it('keeps a host off that was off, over a restart', async () => {
    await started();
    await act({ kind: 'kill-host', host: 'embedded-3' });
    await act({ kind: 'fencing', host: 'embedded-2', works: false });
    await core.stop();
    core = await open();
    const now = await until('the others to be back', (one) => {
      const booting = one.embedded?.hosts.some(({ power }) => power === 'booting');
      return online(one).length === 2 && booting === false;
    });
    expect(site(now).hosts.map(({ name, power }) => `${name} ${power}`)).toEqual([
      'embedded-1 on',
      'embedded-2 on',
      'embedded-3 off',
    ]);
    expect(site(now).faults.map(({ title }) => title)).toEqual([
      'embedded-2 cannot be fenced.',
      'embedded-3 is switched off.',
    ]);
  });

  it('shows every fault, and each can be undone', async () => {
    const up = await started();
    const vm = site(up).vms.find(({ name }) => name === 'mail')?.uuid ?? '';
    const host = 'embedded-2';
    const harm: EmbeddedAction[] = [
      { kind: 'cut-link', host, link: 0 },
      { kind: 'vm-starts', vm, how: 'hang' },
      { kind: 'quorum-disk', host, becomes: 'full' },
      { kind: 'fencing', host, works: false },
      { kind: 'hypervisor', host, answers: false },
      { kind: 'tamper-definition', vm },
    ];
    for (const action of harm) await act(action);
    const broken = await until('all of it to be shown', (now) => site(now).faults.length === harm.length);
    for (const { undo } of site(broken).faults) await act(undo);
    const mended = await until('none to be left', (now) => site(now).faults.length === 0);
    expect(site(mended).state).toBe('running');
  });

  it('refuses what cannot be, and says why', async () => {
    expect(
      await core.try('embedded.act', { action: { kind: 'kill-host', host: 'embedded-1' } }),
    ).toMatchObject({
      error: { kind: 'conflict' },
    });
    expect(await core.try('embedded.remove', {})).toMatchObject({ error: { kind: 'not-found' } });
    const up = await started(1);
    expect(await core.try('embedded.start', {})).toMatchObject({ error: { kind: 'conflict' } });
    expect(await core.try('hosts.remove', { hostId: up.hosts[0]?.entry.id ?? '' })).toMatchObject({
      error: { kind: 'conflict', remedy: 'Remove the embedded cluster as a whole.' },
    });
    expect(
      await core.try('embedded.act', { action: { kind: 'partition', hosts: ['embedded-1'] } }),
    ).toMatchObject({ error: { kind: 'invalid-input' } });
    // The wizard asks for what only a real machine has.
    const facts = await core.call('deploy.facts', { hostIds: [up.hosts[0]?.entry.id ?? ''] });
    expect(facts.errors[0]).toMatchObject({ kind: 'unsupported', host: 'embedded-1' });
    const clusterId = site(up).clusters[0]?.id ?? '';
    expect(await core.try('deploy.removeCluster', { clusterId, confirm: 'embedded' })).toMatchObject({
      error: { kind: 'unsupported' },
    });
  });

  it('lets nobody in but its console, whose key nobody else can read', async () => {
    await started(1);
    const folder = join(dataFolder, 'embedded/console/.ssh');
    const { mode } = await stat(join(folder, 'id_ecdsa'));
    expect(process.platform === 'win32' || (mode & 0o077) === 0).toBe(true);
    const port = Number(/Port (\d+)/.exec(await readFile(join(folder, 'config'), 'utf8'))?.[1]);
    const own = await readFile(join(folder, 'id_ecdsa'), 'utf8');
    const other = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private;
    expect(await logIn({ port, username: 'root', privateKey: own })).toBe('in');
    expect(await logIn({ port, username: 'root', privateKey: other })).toContain(
      'authentication methods failed',
    );
    expect(await logIn({ port, username: 'root', password: 'root' })).toContain(
      'authentication methods failed',
    );
    expect(await run({ port, username: 'root', privateKey: own }, 'vmcl version')).toMatchObject({ code: 0 });
    expect(await run({ port, username: 'root', privateKey: own }, 'apt-get update')).toEqual({
      code: 127,
      said: 'embedded-1 is an embedded host: it has no apt-get.\n',
    });
    expect(await logIn({ port, username: 'admin', privateKey: own })).toContain(
      'authentication methods failed',
    );
  });

  it('refuses a host that shows another key than the one it has told', async () => {
    const hostId = (await started(1)).hosts[0]?.entry.id ?? '';
    const file = join(dataFolder, 'embedded/console/.ssh/known_hosts');
    const [name] = (await readFile(file, 'utf8')).split(' ');
    await writeFile(file, `${name} ${ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).public}\n`);
    await core.call('hosts.disconnect', { hostId });
    await core.call('hosts.connect', { hostId });
    const { connection } = await core.reached(hostId, 'failed');
    expect(connection.error).toMatchObject({ kind: 'host-key-changed' });
  });
});

function logIn(how: ssh2.ConnectConfig): Promise<string> {
  const client = new ssh2.Client();
  return new Promise<string>((resolve) => {
    client.on('ready', () => resolve('in'));
    client.on('error', ({ message }) => resolve(message));
    client.connect({ host: '127.0.0.1', ...how });
  }).finally(() => client.end());
}

function run(how: ssh2.ConnectConfig, command: string): Promise<{ code: number; said: string }> {
  const client = new ssh2.Client();
  return new Promise<{ code: number; said: string }>((resolve, reject) => {
    client.on('error', reject);
    client.on('ready', () =>
      client.exec(command, (error, channel) => {
        if (error !== undefined) {
          reject(error);
          return;
        }
        let said = '';
        let code = -1;
        for (const stream of [channel, channel.stderr]) {
          stream.on('data', (chunk: Buffer) => {
            said += String(chunk);
          });
        }
        channel.on('exit', (status: number) => {
          code = status;
        });
        channel.on('close', () => resolve({ code, said }));
      }),
    );
    client.connect({ host: '127.0.0.1', ...how });
  }).finally(() => client.end());
}
