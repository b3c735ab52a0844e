import { ownTakeovers } from '../owner.ts';
import type { FakeCluster, Life } from './fakeCluster.ts';

export interface Crash {
  /** The line of a journal, counted over all owners, at which the owner dies. */
  line: number;
  when: 'before' | 'after';
  /**
   * `process`: its host lives on and starts it anew. `host`: the whole host dies, and is fenced. `other`: the last host that
   * lives and is not the owner dies, and is fenced.
   */
  what: 'process' | 'host' | 'other';
}

/**
 * Has the quorum disks that are away from home cared for by whoever has them, until all owners are done. Owners die as `crashes`
 * say. Returns how many lines were journaled.
 */
export async function runWithCrashes(cluster: FakeCluster, crashes: readonly Crash[]): Promise<number> {
  let lines = 0;
  const happened = new Set<Crash>();
  let ended = false;
  while (!ended) {
    const owners = [...cluster.hosts.values()].filter(
      ({ name, up }) =>
        up && [...cluster.disks.values()].some(({ home, mountedOn }) => mountedOn === name && home !== name),
    );
    ended = true;
    for (const { name } of owners) {
      const life: Life = { dead: false };
      let died: () => void = () => undefined;
      const death = new Promise<void>((resolve) => {
        died = resolve;
      });
      for (const disk of cluster.disks.values()) {
        disk.onAppend = async (_event, when) => {
          if (when === 'before') lines++;
          const crash = crashes.find((one) => one.line === lines && one.when === when);
          if (crash === undefined || life.dead || happened.has(crash)) return;
          happened.add(crash);
          if (crash.what === 'other') {
            const other = [...cluster.hosts.values()].filter((one) => one.up && one.name !== name).at(-1);
            if (other !== undefined) cluster.kill(other.name);
            return;
          }
          life.dead = true;
          if (crash.what === 'host') cluster.kill(name);
          died();
          // Nothing that this process waits for ever comes.
          await new Promise(() => undefined);
        };
      }
      const work = ownTakeovers(cluster.world(name, life), new AbortController().signal);
      await cluster.clock.until(Promise.race([work, death]));
      if (life.dead) ended = false;
    }
  }
  return lines;
}
