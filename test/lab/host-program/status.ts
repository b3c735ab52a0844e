import { expect, test } from 'vitest';
import { hostNames, type LabCluster } from './labCluster.ts';

/** What the host program tells of a cluster that is whole. */
export function statusTests(cluster: () => LabCluster): void {
  test('tells what is so', async () => {
    await Promise.all(
      hostNames.map(async (name) => {
        const { sections, errors } = await cluster().status(name);
        const { system, cluster: section, load } = sections;
        expect(errors).toEqual([]);
        expect(system).toMatchObject({
          hostname: name,
          nodeName: name,
          distribution: { id: 'debian' },
          hypervisor: { reachable: true },
        });
        expect(system?.kernel).toBe((await cluster().run(name, 'uname', '-r')).trim());
        expect(system?.machineId).toBe((await cluster().run(name, 'cat', '/etc/machine-id')).trim());
        expect(load?.memoryFree).toBeLessThan(load?.memoryTotal ?? 0);
        expect(section).toMatchObject({
          engine: 'running',
          name: `lab-${cluster().lab.name}`,
          transport: 'knet',
          quorate: true,
          votes: { expected: 3, total: 3, needed: 2 },
          fencing: { method: 'sbd-disk', agents: ['fence_sbd'], enabled: true },
        });
        expect(
          section?.members.map((member) => [member.name, member.online, member.pacemaker?.state]),
        ).toEqual(hostNames.map((member) => [member, true, 'online']));
        expect(section?.members.filter((member) => member.pacemaker?.dc)).toHaveLength(1);
        expect(section?.links.map(({ localAddress }) => localAddress)).toEqual(
          cluster().lab.host(name).heartbeatAddresses,
        );
        for (const { peers } of section?.links ?? []) {
          expect(peers.map(({ peer }) => peer)).toEqual(hostNames.filter((peer) => peer !== name));
          expect(
            peers.every(({ connected, latencyUs }) => connected && latencyUs !== undefined && latencyUs > 0),
          ).toBe(true);
        }
        const slots = section?.fencing.devices.flatMap((device) => device.slots) ?? [];
        expect(slots.map(({ host, message }) => `${host} ${message}`).toSorted()).toEqual(
          hostNames.map((host) => `${host} clear`),
        );
        expect(sections.quorumDisks?.disks.map(({ home, readOnly }) => [home, readOnly])).toEqual([
          [name, false],
        ]);
      }),
    );
  });
}
