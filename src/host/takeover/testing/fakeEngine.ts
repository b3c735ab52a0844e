import { noEngine } from '../../pacemaker/compose.ts';
import type { TakeoverWorld } from '../deps.ts';
import type { FakeCluster } from './fakeCluster.ts';

/** What the engine of a cluster in memory knows, for a process that may be dead. */
export function fakeEngine(
  cluster: FakeCluster,
  whileAlive: <T>(work: () => T | Promise<T>) => Promise<T>,
): TakeoverWorld['engine'] {
  return {
    state: () =>
      whileAlive(() => ({
        ...noEngine,
        engine: 'running' as const,
        quorate: true,
        members: [...cluster.hosts.values()].map(({ name, up }, index) => ({
          name,
          nodeId: index + 1,
          online: up,
        })),
        quorumDisks: [...cluster.disks.values()].map(({ home, mountedOn }) => ({
          home,
          mountedOn,
          state: 'mounted' as const,
        })),
      })),
    lossOf: (name) =>
      whileAlive(() => {
        const { up } = cluster.host(name);
        return up
          ? { state: 'member' as const }
          : (cluster.losses.get(name) ?? { state: 'unfenced' as const });
      }),
    documents: (prefix) =>
      whileAlive(() => new Map([...cluster.documents].filter(([name]) => name.startsWith(prefix)))),
    createDocument: (name, text) =>
      whileAlive(() => {
        if (cluster.documents.has(name)) return false;
        cluster.documents.set(name, text);
        return true;
      }),
    removeDocument: (name, text) =>
      whileAlive(() => {
        if (text === undefined || cluster.documents.get(name) === text) cluster.documents.delete(name);
      }),
  };
}
