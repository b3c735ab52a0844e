import type { Host } from '../host.ts';
import type { Watch } from '../ports/watch.ts';

/** Tells of hosts that are no members any more. */
export function watchMembers(host: Host, onLost: (name: string) => void): Watch {
  let looking = false;
  let again = false;
  const look = async (): Promise<void> => {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    do {
      again = false;
      try {
        const { members } = await host.engine.state();
        for (const { name, online } of members) if (!online) onLost(name);
      } catch (error) {
        host.log.warn({ error }, 'the members of the cluster are not known');
      }
    } while (again);
    looking = false;
  };
  return host.engine.watch((what) => {
    if (what === 'state') void look();
  });
}
