import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { CallResult, ConsoleEvent, Snapshot } from '../../src/contract/consoleApi.ts';
import { type Clock, systemClock } from './clock.ts';
import { createClusterCalls } from './clusters/clusterCalls.ts';
import { readHostResources } from './deploy/index.ts';
import { type CallHandlers, createDispatch } from './dispatch.ts';
import { createEmbeddedCalls } from './embedded/embeddedCalls.ts';
import { EmbeddedCluster } from './embedded/embeddedCluster.ts';
import { type LaunchEmbedded, launchWorker } from './embedded/program.ts';
import { createEventHub } from './events.ts';
import { openDataFiles } from './files/dataFiles.ts';
import { createHostCalls } from './inventory/hostCalls.ts';
import { rememberHosts } from './inventory/lastKnown.ts';
import { createOperations } from './operations/operations.ts';
import { createOperationsLog } from './operations/operationsLog.ts';
import { createPrompts } from './prompts/prompts.ts';
import type { SecretStorage } from './secrets/secretStorage.ts';
import { createSessions } from './sessions/sessions.ts';
import { createSshLinks } from './sessions/sshLink.ts';
import { type SshEnvironment, systemEnvironment } from './ssh/config/resolve.ts';
import { createDrillCalls } from './takeover/drillCalls.ts';
import { thisEditor } from './takeover/editor.ts';
import { createNotificationCalls } from './takeover/notificationCalls.ts';
import { keepReadiness } from './takeover/readiness.ts';
import { followRecords } from './takeover/records.ts';
import { createTakeoverCalls } from './takeover/takeoverCalls.ts';
import { createVirtualIpCalls } from './takeover/virtualIpCalls.ts';

/** How long operations are given to end in good order when the core is closed. */
const CANCEL_MS = 10_000;

export interface ConsoleCoreOptions {
  /** Created if it is not there. One console at a time writes to it. */
  dataFolder: string;
  shell: Snapshot['app']['shell'];
  version: string;
  secretStorage: SecretStorage;
  /** What deployment puts on hosts: the bundled vmcl and the folder resources/host; and the program of the embedded hosts. */
  resources: { hostProgram: string; hostFiles: string; embeddedProgram: string };
  logger: Logger;
  clock?: Clock;
  /** Home folder, user and agent to log in with; default: this process's. */
  sshEnvironment?: SshEnvironment;
  /** Runs the embedded hosts elsewhere than in a worker of this process: for tests and benches. */
  launchEmbedded?: LaunchEmbedded;
  /** Answers and events are checked against the contract too: for development and tests. */
  checkOutputs?: boolean;
}

/** Everything behind the renderer, the same for both shells. */
export interface ConsoleCore {
  /** Never rejects. Name and input are untrusted. */
  call(name: string, input: unknown): Promise<CallResult<unknown>>;
  onEvent(listener: (event: ConsoleEvent) => void): () => void;
  /** Cancels operations, closes connections, releases the data folder. */
  dispose(): Promise<void>;
}

/** Reads the data folder and connects to all hosts. Rejects with `storage` if the folder cannot be used. */
export async function createConsoleCore(options: ConsoleCoreOptions): Promise<ConsoleCore> {
  const { shell, version, secretStorage, resources, logger, clock = systemClock } = options;
  const checkOutputs = options.checkOutputs ?? false;

  const files = await openDataFiles(options.dataFolder, clock);
  const { inventory, settings, notices, holder, release } = files;
  const events = createEventHub(checkOutputs);
  const log = createOperationsLog(files.operations.initial, { file: files.operations.file, logger });
  const operations = createOperations({ events, clock, logger, log });
  const prompts = createPrompts(events);
  const environment = options.sshEnvironment ?? systemEnvironment();
  const links = createSshLinks({
    prompts,
    secretStorage,
    logger,
    environmentOf: (entry) => (entry.embedded === true ? embedded.environment : environment),
  });
  const sessions = createSessions({
    openLink: (entry) => links.open(entry),
    consoleVersion: version,
    events,
    clock,
    logger,
  });

  const editor = thisEditor();
  const embedded = new EmbeddedCluster({
    ...{ dataFolder: options.dataFolder, version, inventory, sessions, events, logger },
    launch: options.launchEmbedded ?? (() => launchWorker(resources.embeddedProgram)),
  });
  const records = followRecords({ sessions, events, logger });
  const readiness = keepReadiness({
    views: () => sessions.views(),
    events,
    clock,
    logger,
    records: (clusterId) => records.of(clusterId),
  });

  const handlers = {
    snapshot: () => ({
      sequence: events.sequence(),
      app: { version, shell, secretStorage: secretStorage.kind, notices },
      settings: settings.get(),
      hosts: sessions.views(),
      prompts: prompts.open(),
      operations: operations.list(),
      readiness: readiness.list(),
      embedded: embedded.view(),
    }),
    async 'settings.set'(change) {
      const changed = await settings.set(change);
      events.emit('settings.changed', changed);
      return changed;
    },
    'prompts.answer'({ promptId, answer }) {
      prompts.answer(promptId, answer);
      return {};
    },
    'operations.cancel'({ operationId }) {
      operations.cancel(operationId);
      return {};
    },
    'operations.dismiss'({ operationId }) {
      operations.dismiss(operationId);
      return {};
    },
    ...createTakeoverCalls({ sessions, records, editor }),
    ...createNotificationCalls({ sessions, editor }),
    ...createVirtualIpCalls({ sessions, editor }),
    ...createDrillCalls({ sessions, operations, records, editor }),
    ...createEmbeddedCalls(embedded, holder),
    ...createHostCalls({ inventory, sessions, operations, events, links }),
    ...createClusterCalls({
      sessions,
      operations,
      editor,
      logger,
      embedded: () => embedded.view(),
      version,
      hostResources: () => readHostResources(resources.hostFiles, resources.hostProgram, version),
    }),
  } satisfies CallHandlers;

  const endRemembering = rememberHosts({ inventory, sessions, events, logger });
  for (const entry of inventory.list()) if (entry.embedded !== true) sessions.open(entry).connect();
  await embedded.resume(holder === null);

  return {
    call: createDispatch(handlers, { logger, checkOutputs }),
    onEvent: (listener) => events.onEvent(listener),
    async dispose() {
      // What does not end by being cancelled ends with its connections.
      await Promise.race([operations.dispose(), delay(CANCEL_MS, undefined, { ref: false })]);
      endRemembering();
      readiness.dispose();
      records.dispose();
      sessions.dispose();
      await embedded.dispose();
      await release();
    },
  };
}
