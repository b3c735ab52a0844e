import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { type ConsoleCore, createConsoleCore } from '../../../electron/console/core.ts';
import { memorySecrets } from '../../../electron/console/secrets/memorySecrets.ts';
import { startWebShell, type WebShell } from '../../../electron/web/webShell.ts';
import type { Snapshot } from '../../../src/contract/consoleApi.ts';
import type { EmbeddedAction } from '../../../src/contract/embedded.ts';
import { MinimeError } from '../../../src/contract/errors.ts';
import { answerAll, forkProcess, projectFolder } from './forked.ts';

/** Console core and web shell, with nothing else in their process. */

const logger = pino({ level: 'error' }, pino.destination(2));
const changesPerSecond = 20;

let core: ConsoleCore;
let shell: WebShell;
let embedded: MessageConnection;
let dataFolder: string;
/** When a VM last changed to a state on its host, Unix milliseconds. */
const changedAt = new Map<string, number>();
let churning = false;

const call = async (name: string, input: unknown = {}): Promise<unknown> => {
  const answer = await core.call(name, input);
  if (!answer.ok) throw new MinimeError(answer.error);
  return answer.value;
};
/** The core's own, which it checks itself where that is asked for: a copy for each look would be memory of this bench's. */
const snapshot = async (): Promise<Snapshot> => (await call('snapshot')) as Snapshot;
const act = (action: EmbeddedAction): Promise<unknown> => embedded.sendRequest('act', { action });

async function until(holds: (now: Snapshot) => boolean): Promise<void> {
  const ended = new AbortController();
  for (;;) {
    if (holds(await snapshot())) break;
    await delay(100, undefined, { signal: ended.signal });
  }
}

/** Between two looks at everything nothing is held up: only the events are counted. */
async function untilOnline(hostIds: readonly string[]): Promise<void> {
  const waiting = new Set(hostIds);
  await new Promise<void>((resolve) => {
    const end = core.onEvent((event) => {
      if (event.name !== 'host.connection' || event.data.connection.state !== 'online') return;
      waiting.delete(event.data.hostId);
      if (waiting.size > 0) return;
      end();
      resolve();
    });
  });
}

answerAll({
  async start({ hosts, vms }: { hosts: number; vms: number }) {
    dataFolder = await mkdtemp(join(tmpdir(), 'minime-bench-console-'));
    core = await createConsoleCore({
      ...{ dataFolder, shell: 'web', version: '0.0.0', secretStorage: memorySecrets(), logger },
      resources: { hostProgram: '/nonexistent', hostFiles: '/nonexistent', embeddedProgram: '/nonexistent' },
      launchEmbedded() {
        const child = forkProcess('embeddedProcess');
        child.on('message', (message: unknown) => noteChange(message));
        embedded = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
        return {
          connection: embedded,
          onEnd: (listener) => child.on('exit', (code) => listener(`exit code ${code}`)),
          async end() {
            child.disconnect();
            await once(child, 'exit');
          },
        };
      },
    });
    shell = await startWebShell({
      ...{ core, port: 0, logger },
      rendererFolder: join(projectFolder, 'out/renderer'),
    });
    await call('settings.set', { tourSeen: true });
    await call('embedded.start', { hosts, vms });
    await until(
      (now) =>
        now.embedded?.state === 'running' &&
        now.hosts.filter(({ connection }) => connection.state === 'online').length === hosts,
    );
    const { embedded: site } = await snapshot();
    return { folder: site?.folder, vms: site?.vms, clusters: site?.clusters };
  },
  address: () => shell.newAddress(),
  async connect() {
    const ids = (await snapshot()).hosts.map(({ entry }) => entry.id);
    for (const hostId of ids) await call('hosts.disconnect', { hostId });
    await delay(2_000);
    const before = process.cpuUsage();
    const began = performance.now();
    const online = untilOnline(ids);
    for (const hostId of ids) await call('hosts.connect', { hostId });
    await online;
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(before);
    return { seconds, processor: (user + system) / 1_000_000 };
  },
  /** VMs are switched off and on, one after the other, so many a second. */
  churn({ vms }: { vms: string[] }) {
    churning = true;
    void churn(vms);
  },
  calm() {
    churning = false;
  },
  act: ({ action }: { action: EmbeddedAction }) => act(action).then(() => ({})),
  changedAt: ({ vm, state }: { vm: string; state: 'runs' | 'is off' }) =>
    changedAt.get(`${vm} ${state}`) ?? 0,
  async cost({ seconds }: { seconds: number }) {
    const before = process.cpuUsage();
    const began = performance.now();
    await delay(seconds * 1000);
    const { user, system } = process.cpuUsage(before);
    const cores = (user + system) / 1000 / (performance.now() - began);
    return { cores, megabytes: process.memoryUsage().rss / 1024 ** 2 };
  },
  async stop() {
    churning = false;
    await shell.close();
    await core.dispose();
    await rm(dataFolder, { recursive: true, force: true });
  },
});

async function churn(vms: readonly string[]): Promise<void> {
  const off: string[] = [];
  for (let turn = 0; churning; turn++) {
    const vm = vms[turn % vms.length] ?? '';
    // Half of the changes are starts of what was shut down long enough ago.
    const start = turn % 2 === 1 && off.length > 5 * changesPerSecond ? off.shift() : undefined;
    const action: EmbeddedAction =
      start === undefined ? { kind: 'shut-down-vm', vm } : { kind: 'start-vm', vm: start };
    if (start === undefined) off.push(vm);
    await act(action).catch(() => undefined);
    await delay(1000 / changesPerSecond);
  }
}

function noteChange(message: unknown): void {
  const { method, params } = message as { method?: string; params?: { message?: string; fields?: unknown } };
  if (method !== 'log' || params?.message === undefined) return;
  const { at } = params.fields as { at?: number };
  if (at !== undefined && / (runs|is off)$/.test(params.message)) changedAt.set(params.message, at);
}
