import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeploymentSpec } from '../../src/contract/deployment.ts';
import { patienceMs, StartedSite } from './startedSite.ts';

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

  it('stops where the embedded engine cannot follow, and says why', async () => {
    const spec = await chosen();
    const two = { ...spec, hosts: spec.hosts.slice(0, 2) };
    const { done } = await run(two);
    expect(done.error).toMatchObject({ message: expect.stringContaining('Start Corosync and Pacemaker') });
    expect(JSON.stringify(done.error)).toContain('make up a cluster all together');
  });
});
