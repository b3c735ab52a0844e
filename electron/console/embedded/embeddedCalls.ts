import type { CallHandlers } from '../dispatch.ts';
import { heldElsewhere } from '../files/dataFiles.ts';
import type { LockHolder } from '../files/folderLock.ts';
import type { EmbeddedCluster } from './embeddedCluster.ts';

type EmbeddedCalls = Pick<CallHandlers, Extract<keyof CallHandlers, `embedded.${string}`>>;

/** The calls about the embedded cluster. `holder`: another console that has the data folder, and so the cluster. */
export function createEmbeddedCalls(embedded: EmbeddedCluster, holder: LockHolder | null): EmbeddedCalls {
  const mustBeMine = (): void => {
    if (holder !== null) throw heldElsewhere(holder);
  };
  return {
    'embedded.start'(options) {
      mustBeMine();
      embedded.start(options);
      return {};
    },
    async 'embedded.remove'() {
      mustBeMine();
      await embedded.remove();
      return {};
    },
    async 'embedded.act'({ action }) {
      mustBeMine();
      await embedded.act(action);
      return {};
    },
  };
}
