import { randomUUID } from 'node:crypto';
import { getRecord, listRecords, storeRecord } from '../history/store.ts';
import { configOf, type Host } from '../host.ts';
import { type ActivityKind, activityWriter } from './activity.ts';
import type { TakeoverWorld } from './deps.ts';
import { FileHomeDisk } from './fileHomeDisk.ts';
import { gone, type HomeDisk, patiently } from './homeDisk.ts';
import { movedLock } from './moved.ts';
import { notifier } from './notifier.ts';
import { policyForTakeover } from './policyInForce.ts';
import type { DiskKey } from './signedFile.ts';

/** A disk that takes longer to answer counts as one that does not. */
const diskMs = 10_000;

/** The world of a takeover on a real host. Also gives this host's own disk, which the rejoin works on. */
export async function worldOf(
  host: Host,
  kind: ActivityKind,
): Promise<TakeoverWorld & { ownDisk(): Promise<HomeDisk | undefined> }> {
  const { nodeName, clusterId } = await configOf(host);
  const key = await host.clusterKey();
  const known = new Map<string, HomeDisk>();
  const mounted = async (): Promise<HomeDisk[]> => {
    const disks = await host.quorumDisks.mounted();
    const homes = new Set(disks.map(({ home }) => home));
    for (const home of known.keys()) if (!homes.has(home)) known.delete(home);
    return disks.map(({ home, folder }) => {
      const disk = known.get(home) ?? diskAt(host, { folder, home, clusterId, key }, home === nodeName);
      known.set(home, disk);
      return disk;
    });
  };
  return {
    self: nodeName,
    clusterId,
    clock: host.clock,
    engine: host.engine,
    peers: host.peers,
    awayDisks: async () => (await mounted()).filter(({ home }) => home !== nodeName),
    ownDisk: async () => (await mounted()).find(({ home }) => home === nodeName),
    isMounted: async (disk) => (await mounted()).includes(disk),
    policy: () => policyForTakeover(host),
    saveRecord: async (record) => {
      try {
        await storeRecord(host, record);
      } catch (error) {
        host.log.error({ error, id: record.id }, 'the record of a failover could not be kept here');
      }
    },
    storedRecord: (id) => getRecord(host.paths, id).catch(() => undefined),
    records: () => listRecords(host.paths).catch(() => []),
    show: activityWriter(host, kind),
    ...notifier(host),
    newId: () => randomUUID(),
    log: host.log,
  };
}

/** Nothing is written to where a disk was mounted before. At home sync writes the list of moved VMs too. */
function diskAt(host: Host, key: DiskKey, own: boolean): HomeDisk {
  const disk = new FileHomeDisk(key);
  const mounted = async (): Promise<void> => {
    const disks = await host.quorumDisks.mounted();
    if (!disks.some(({ home }) => home === key.home)) throw gone(key.home);
  };
  const guarded: HomeDisk = {
    home: disk.home,
    definitions: () => mounted().then(() => disk.definitions()),
    runRecord: () => mounted().then(() => disk.runRecord()),
    moved: () => mounted().then(() => disk.moved()),
    journal: () => mounted().then(() => disk.journal()),
    append: (line) => mounted().then(() => disk.append(line)),
    beginJournal: (lines) => mounted().then(() => disk.beginJournal(lines)),
    handOver: (vm) => mounted().then(() => disk.handOver(vm)),
  };
  const patient = patiently(host.clock, diskMs, guarded);
  // A lock of its own: whoever tells where a VM was moved must not wait for a takeover, which may wait for an admin.
  const lock = own ? 'sync' : movedLock(key.home);
  return { ...patient, handOver: (vm) => host.exclusively(lock, () => patient.handOver(vm)) };
}
