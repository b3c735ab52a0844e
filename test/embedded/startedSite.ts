import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestCore } from '../../electron/console/testing/testCore.ts';
import type { CallOutput } from '../../src/contract/consoleApi.ts';
import { launchInProcess } from './inProcess.ts';

/** Real SSH, real host program, real console core; only time goes by faster. */
const speed = 20;
const hostFiles = join(import.meta.dirname, '../../resources/host');
export const patienceMs = 100_000;

export type Snapshot = CallOutput<'snapshot'>;
export type Operation = Snapshot['operations'][number];

interface SiteOptions {
  /** Without high availability: it can be deployed. */
  bare: boolean;
}

/** A console whose embedded hosts, three of them, are up. */
export class StartedSite {
  core: TestCore;
  /** Empty as long as there is none. */
  readonly clusterId: string;
  readonly #dataFolder: string;

  private constructor(core: TestCore, clusterId: string, dataFolder: string) {
    this.core = core;
    this.clusterId = clusterId;
    this.#dataFolder = dataFolder;
  }

  /** The console is closed and started again; with it the embedded hosts. */
  async restart(): Promise<void> {
    await this.core.stop();
    this.core = await startCore(this.#dataFolder);
  }

  static async open({ bare }: SiteOptions = { bare: false }): Promise<StartedSite> {
    const dataFolder = await mkdtemp(join(tmpdir(), 'minime-embedded-'));
    const core = await startCore(dataFolder);
    await core.call('embedded.start', { hosts: 3, speed, bare });
    const up = await untilSnapshot(
      core,
      'everything to be up',
      ({ embedded, hosts }) =>
        embedded?.state === 'running' &&
        hosts.length === 3 &&
        hosts.every(({ connection, sections }) =>
          bare
            ? connection.state === 'bare'
            : connection.state === 'online' && sections.cluster?.quorate === true,
        ),
    );
    return new StartedSite(core, bare ? '' : (up.embedded?.clusters[0]?.id ?? ''), dataFolder);
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

async function startCore(dataFolder: string): Promise<TestCore> {
  // What is put on embedded hosts is not what runs there: that is in this process.
  const hostProgram = join(dataFolder, 'vmcl.cjs');
  await writeFile(hostProgram, '// The host program.\n');
  return await TestCore.start({
    dataFolder,
    launchEmbedded: launchInProcess,
    resources: { hostProgram, hostFiles, embeddedProgram: '/nonexistent' },
  });
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
