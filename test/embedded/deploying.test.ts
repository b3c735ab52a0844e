import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeploymentSpec } from '../../src/contract/deployment.ts';
import { patienceMs, StartedSite } from './startedSite.ts';

const second = 'embedded-2';
const poisonPill = '/dev/embedded-poison-pill';

describe('deployment on bare embedded hosts', { timeout: 240_000 }, () => {
  let site: StartedSite;

  beforeEach(async () => {
    site = await StartedSite.open({ bare: true });
  }, patienceMs);
  afterEach(() => site.close());

  /** What the wizard makes of what the hosts say of themselves. */
  const chosen = async (): Promise<DeploymentSpec> => {
    const { hosts } = await site.snapshot();
    const { hosts: facts, errors } = await site.core.call('deploy.facts', {
      hostIds: hosts.map(({ entry }) => entry.id),
    });
    expect(errors).toEqual([]);
    expect(facts.flatMap(({ blockDevices }) => blockDevices.map(({ path }) => path))).toEqual(
      facts.map(() => poisonPill),
    );
    return {
      clusterName: 'tried',
      hosts: facts.map(({ hostId, hostname, addresses }) => ({
        hostId,
        nodeName: hostname,
        linkAddresses: addresses.map(({ address }) => address),
      })),
      transport: { kind: 'knet' },
      tokenMs: 1000,
      quorumDisks: { kind: 'image', folder: facts[0]?.sharedFolders[0]?.path ?? '', sizeMiB: 100 },
      fencing: {
        method: 'sbd-disk',
        devices: [poisonPill],
        watchdog: { device: facts[0]?.watchdogs[0] ?? '' },
      },
      sharedFolders: facts[0]?.sharedFolders.map(({ path }) => path) ?? [],
    };
  };
  const operation = async (started: Promise<{ operationId: string }>) =>
    await site.ended((await started).operationId);
  const run = async (spec: DeploymentSpec) => {
    const plan = await site.core.call('deploy.plan', spec);
    return { plan, done: await operation(site.core.call('deploy.run', { spec, planId: plan.id })) };
  };

  it('checks them, puts everything there, and is proven; a second run changes nothing', async () => {
    const spec = await chosen();
    const checked = await operation(site.core.call('deploy.preflight', spec));
    expect(checked.findings.filter(({ severity }) => severity !== 'ok')).toEqual([]);

    const first = await run(spec);
    expect(first.plan.steps.length).toBeGreaterThan(100);
    expect(first.done.error).toBeUndefined();
    expect(first.done.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    const { hosts } = await site.until('all hosts to be members', (now) =>
      now.hosts.every(({ sections }) => sections.cluster?.quorate === true),
    );
    expect(hosts.map(({ sections }) => sections.cluster?.name)).toEqual(['tried', 'tried', 'tried']);

    const again = await run(spec);
    expect(again.done.error).toBeUndefined();
    const ran = again.done.steps.filter(
      ({ id, state }) => state === 'done' && !/^(preflight|verify)/.test(id),
    );
    expect(ran.map(({ title }) => title)).toEqual([]);
  });

  it('finds out what is wrong with them before anything is done', async () => {
    await site.core.call('embedded.act', { action: { kind: 'cut-link', host: second, link: 1 } });
    await site.core.call('embedded.act', { action: { kind: 'hypervisor', host: second, answers: false } });
    const { findings } = await operation(site.core.call('deploy.preflight', await chosen()));
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(new Set(errors.map(({ id, host }) => `${id} ${host ?? ''}`))).toEqual(
      new Set([
        `hypervisor-down ${second}`,
        ...['embedded-1', second, 'embedded-3'].map((host) => `heartbeat-unreachable ${host}`),
      ]),
    );
  });

  it('names a host that dies in the middle, and finishes when it is run again', async () => {
    const spec = await chosen();
    const { id: planId } = await site.core.call('deploy.plan', spec);
    const { operationId } = await site.core.call('deploy.run', { spec, planId });
    await site.until('packages to be installed', ({ operations }) =>
      operations.some(({ steps }) =>
        steps.some(
          ({ host, title, state }) => host === second && /^Install coro/.test(title) && state === 'running',
        ),
      ),
    );
    await site.core.call('embedded.act', { action: { kind: 'kill-host', host: second } });
    const broken = await site.ended(operationId);
    expect(broken.error).toMatchObject({ host: second });

    await site.core.call('embedded.act', { action: { kind: 'boot-host', host: second } });
    await site.until('it to be back', ({ hosts }) =>
      hosts.every(({ connection }) => connection.state === 'bare' || connection.state === 'online'),
    );
    const { done } = await run(spec);
    expect(done.error).toBeUndefined();
  });

  it('lasts over a restart of the console, and takes over from a host that dies', async () => {
    expect((await run(await chosen())).done.error).toBeUndefined();
    await site.restart();
    await site.until('every VM to be on the quorum disk of its host', ({ hosts }) => {
      const disks = hosts.flatMap(({ sections }) => sections.quorumDisks?.disks ?? []);
      return disks.flatMap(({ definitions }) => definitions).length === 12;
    });
    await site.core.call('embedded.act', { action: { kind: 'kill-host', host: second } });
    const { embedded } = await site.until('its VMs to run elsewhere', ({ embedded }) =>
      (embedded?.vms ?? []).every(({ state, host }) => state === 'running' && host !== second),
    );
    expect(embedded?.vms).toHaveLength(12);
  });

  it('is taken off again, and can be deployed anew', async () => {
    expect((await run(await chosen())).done.error).toBeUndefined();
    const { hosts } = await site.until('the cluster to be seen', (now) =>
      now.hosts.every(({ sections }) => sections.cluster?.quorate === true),
    );
    const clusterId = hosts[0]?.sections.cluster?.id ?? '';
    const removed = await operation(site.core.call('deploy.removeCluster', { clusterId, confirm: 'tried' }));
    expect(removed.error).toBeUndefined();
    expect(removed.findings).toEqual([]);
    const bare = await site.until('all hosts to be bare', (now) =>
      now.hosts.every(({ connection }) => connection.state === 'bare'),
    );
    expect(bare.embedded?.vms.every(({ state }) => state === 'running')).toBe(true);

    const again = await run({ ...(await chosen()), clusterName: 'again' });
    expect(again.done.error).toBeUndefined();
    expect(again.done.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it.each([
    [
      'a part of the hosts',
      (spec: DeploymentSpec) => ({ ...spec, hosts: spec.hosts.slice(0, 2) }),
      'make up a cluster all together',
    ],
    [
      'other fencing',
      (spec: DeploymentSpec) => ({
        ...spec,
        fencing: { method: 'sbd-watchdog' as const, watchdog: { device: '/dev/watchdog' } },
      }),
      'fenced by their poison-pill disk',
    ],
  ])('stops where the embedded engine cannot follow, and says why: %s', async (_, other, reason) => {
    const { done } = await run(other(await chosen()));
    expect(done.error).toMatchObject({ message: expect.stringContaining('Start Corosync and Pacemaker') });
    expect(JSON.stringify(done.error)).toContain(reason);
  });
});
