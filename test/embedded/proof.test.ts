import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { patienceMs, StartedSite } from './startedSite.ts';

const hosts = ['embedded-1', 'embedded-2', 'embedded-3'];

describe('what the console proves of the embedded cluster', { timeout: 120_000 }, () => {
  let site: StartedSite;

  beforeEach(async () => {
    site = await StartedSite.open();
  }, patienceMs);
  afterEach(() => site.close());

  const verify = async () => {
    const { operationId } = await site.core.call('deploy.verify', { clusterId: site.clusterId });
    return await site.ended(operationId);
  };

  it('is that it is as it should be, and by name what is not', async () => {
    await site.until('every quorum disk to be at home', (now) =>
      now.hosts.every(({ sections: { cluster } }) =>
        cluster?.quorumDisks.every(({ home, mountedOn }) => mountedOn === home),
      ),
    );
    const proven = await verify();
    expect(proven.error).toBeUndefined();
    expect(proven.findings.filter(({ severity }) => severity !== 'ok')).toEqual([]);
    for (const id of ['host-program', 'quorum', 'membership', 'quorum-disk', 'round-trip', 'files']) {
      expect(proven.findings.filter((one) => one.id === id).map(({ host }) => host)).toHaveLength(3);
    }
    expect(proven.findings.find(({ id }) => id === 'fence-device')?.title).toBe(
      'The fence device fence-sbd answers.',
    );
    expect(proven.findings.filter(({ id }) => id === 'dispatch')).toHaveLength(6);

    const harm = { kind: 'fencing', host: 'embedded-2', works: false } as const;
    await site.core.call('embedded.act', { action: harm });
    const { findings } = await verify();
    expect(findings.filter(({ severity }) => severity === 'error')).toMatchObject([
      { id: 'fence-device', cause: 'It does not reach embedded-2.' },
    ]);
  });

  it('is that fencing works: the host is reset, and back before the test ends', async () => {
    const target = 'embedded-3';
    const { operationId } = await site.core.call('deploy.fenceTest', {
      clusterId: site.clusterId,
      target,
      confirm: target,
    });
    const tested = await site.ended(operationId);
    expect(tested.error).toBeUndefined();
    expect(tested.findings.map(({ id }) => id)).toEqual(['fenced', 'returned']);
    const [, returned] = tested.findings;
    expect(returned?.title).not.toContain(' 0 s later');
    const { hosts: now } = await site.snapshot();
    const seen = now.find(({ entry }) => entry.address === 'embedded-1')?.sections.cluster?.members;
    expect(seen?.filter(({ online }) => online).map(({ name }) => name)).toEqual(hosts);
  });
});
