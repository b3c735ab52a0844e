import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mergeEvents } from '../../src/contract/events.ts';
import { patienceMs, StartedSite } from './startedSite.ts';

const target = 'embedded-1';

describe('a fire drill from the console', { timeout: 120_000 }, () => {
  let site: StartedSite;

  beforeEach(async () => {
    site = await StartedSite.open();
  }, patienceMs);
  afterEach(() => site.close());

  it('is rehearsed, carried out, compared, and on record with all else that was done', async () => {
    const { core, clusterId, snapshot, until } = site;
    await core.call('notifications.set', {
      clusterId,
      settings: { email: { to: ['ops@example.net'] }, webhook: null },
      revision: 0,
    });
    const { hosts } = await core.call('notifications.test', { clusterId });
    expect(hosts.map(({ host, deliveries }) => [host, deliveries?.email.state])).toEqual(
      ['embedded-1', 'embedded-2', 'embedded-3'].map((host) => [host, 'sent']),
    );

    const before = await snapshot();
    const onTarget = before.embedded?.vms.filter(({ host }) => host === target).map(({ name }) => name);
    const { rehearsal, startedAtS } = await core.call('drill.rehearse', { clusterId, target });
    expect(rehearsal.vms.map(({ name }) => name).sort()).toEqual(onTarget?.sort());
    for (const { uuid, outcome, problems } of rehearsal.vms) {
      if (outcome !== 'starts') continue;
      expect(problems).toEqual([]);
      expect(startedAtS[uuid]).toBeGreaterThan(0);
    }
    expect((await snapshot()).embedded?.vms).toEqual(before.embedded?.vms);

    expect(await core.try('drill.run', { clusterId, target, confirm: 'embedded-2' })).toMatchObject({
      error: { kind: 'invalid-input' },
    });
    const { operationId } = await core.call('drill.run', { clusterId, target, confirm: target });
    const done = await until('the drill to end', ({ operations }) =>
      operations.some(({ id, endedAt }) => id === operationId && endedAt !== undefined),
    );
    const operation = done.operations.find(({ id }) => id === operationId);
    expect(operation?.error).toBeUndefined();
    expect(operation?.steps.map(({ id, state }) => [id, state])).toEqual(
      ['rehearse', 'fence', 'takeover', 'return'].map((step) => [`drill/${step}`, 'done']),
    );
    expect(operation?.findings.map(({ id }) => id)).toContain('drill-result');

    const sections = done.hosts.flatMap(({ sections: { history } }) => history ?? []);
    const takeovers = sections
      .flatMap(({ failovers }) => failovers)
      .filter(({ kind }) => kind === 'takeover');
    expect(takeovers).toContainEqual(expect.objectContaining({ drill: true }));
    const failover = takeovers.find(({ drill }) => drill === true);
    const { record } = await core.call('history.get', { clusterId, id: failover?.id ?? '' });
    expect(record.failed).toEqual([target]);
    expect(Object.keys(record.drill?.expected ?? {}).sort()).toEqual(
      rehearsal.vms.map(({ uuid }) => uuid).sort(),
    );
    const noted = mergeEvents(...sections.map(({ events }) => events)).filter(({ by }) => by !== undefined);
    expect(noted.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['notifications-changed', 'drill', 'fence-test']),
    );
  });
});
