import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestCore } from '../../electron/console/testing/testCore.ts';
import type { CallOutput } from '../../src/contract/consoleApi.ts';
import { launchInProcess } from './inProcess.ts';

/** Real SSH, real host program, real console core; only time goes by faster. */
const speed = 20;
export const patienceMs = 100_000;

export type Snapshot = CallOutput<'snapshot'>;
export type Operation = Snapshot['operations'][number];

/** A console whose embedded cluster of three hosts is up. */
export class StartedSite {
  readonly core: TestCore;
  readonly clusterId: string;
  readonly #dataFolder: string;

  private constructor(core: TestCore, clusterId: string, dataFolder: string) {
    this.core = core;
    this.clusterId = clusterId;
    this.#dataFolder = dataFolder;
  }

  static async open(): Promise<StartedSite> {
    const dataFolder = await mkdtemp(join(tmpdir(), 'minime-embedded-'));
    const core = await TestCore.start({ dataFolder, launchEmbedded: launchInProcess });
    await core.call('embedded.start', { hosts: 3, speed });
    const up = await untilSnapshot(
      core,
      'everything to be up',
      ({ embedded, hosts }) =>
        embedded?.state === 'running' &&
        hosts.length === 3 &&
        hosts.every(
          ({ connection, sections }) => connection.state === 'online' && sections.cluster?.quorate === true,
        ),
    );
    return new StartedSite(core, up.embedded?.clusters[0]?.id ?? '', dataFolder);
  }

  readonly snapshot = (): Promise<Snapshot> => this.core.call('snapshot', {});

  readonly until = (what: string, holds: (now: Snapshot) => boolean): Promise<Snapshot> =>
    untilSnapshot(this.core, what, holds);

  /** The operation, when it has ended. */
  readonly ended = async (operationId: string): Promise<Operation> => {
    const found = ({ operations }: Snapshot) => operations.find(({ id }) => id === operationId);
    const done = found(await this.until('the operation to end', (now) => found(now)?.endedAt !== undefined));
    if (done === undefined) throw new Error('it was there');
    return done;
  };

  async close(): Promise<void> {
    await this.core.stop();
    await rm(this.#dataFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function untilSnapshot(
  core: TestCore,
  what: string,
  holds: (now: Snapshot) => boolean,
): Promise<Snapshot> {
  let now = await core.call('snapshot', {});
  await core.until(
    async () => {
      now = await core.call('snapshot', {});
      return holds(now);
    },
    () => `${what}; ${JSON.stringify(now.operations)}`,
    patienceMs,
  );
  return now;
}
