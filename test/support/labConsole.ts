import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { type ConsoleCore, createConsoleCore } from '../../electron/console/core.ts';
import { memorySecrets } from '../../electron/console/secrets/memorySecrets.ts';
import { version } from '../../package.json' with { type: 'json' };
import type {
  CallInput,
  CallOutput,
  ConsoleCallName,
  HostView,
  Snapshot,
} from '../../src/contract/consoleApi.ts';
import type { DeploymentSpec } from '../../src/contract/deployment.ts';
import { MinimeError } from '../../src/contract/errors.ts';
import type { Operation } from '../../src/contract/operation.ts';
import type { Lab } from '../lab/lab.ts';

/** Events come in bursts. */
const lookAgainMs = 50;
const projectFolder = new URL('../..', import.meta.url).pathname;

/** A console core whose hosts are those of a lab; it answers first contact by comparing fingerprints, as an admin would. */
export class LabConsole {
  readonly core: ConsoleCore;
  readonly lab: Lab;
  /** Inventory id by host name. */
  readonly hostIds = new Map<string, string>();
  readonly #folder: string;
  readonly #endPrompts: () => void;

  private constructor(core: ConsoleCore, lab: Lab, folder: string) {
    this.core = core;
    this.lab = lab;
    this.#folder = folder;
    this.#endPrompts = core.onEvent((event) => {
      if (event.name !== 'prompt.opened' || event.data.kind !== 'host-key') return;
      const { id, fingerprint, host } = event.data;
      const accept = lab.hosts.some((known) => known.hostKeyFingerprint === fingerprint);
      if (!accept) process.stderr.write(`${host} shows a key that is not its own: ${fingerprint}\n`);
      void core.call('prompts.answer', { promptId: id, answer: { kind: 'host-key', accept } });
    });
  }

  /** Keys and known hosts go to a folder of its own: HOME of this process is changed to it. */
  static async open(lab: Lab): Promise<LabConsole> {
    const folder = await mkdtemp(join(tmpdir(), 'minime-console-'));
    process.env.HOME = folder;
    const core = await createConsoleCore({
      dataFolder: join(folder, 'data'),
      shell: 'web',
      version,
      secretStorage: memorySecrets(),
      resources: {
        hostProgram: join(projectFolder, 'out/host/vmcl.cjs'),
        hostFiles: join(projectFolder, 'resources/host'),
        embeddedProgram: join(projectFolder, 'out/embedded/embedded.cjs'),
      },
      logger: pino({ level: process.env.MINIME_LOG_LEVEL ?? 'error' }, pino.destination(2)),
      checkOutputs: true,
    });
    return new LabConsole(core, lab, folder);
  }

  async call<K extends ConsoleCallName>(name: K, input: CallInput<K>): Promise<CallOutput<K>> {
    const result = await this.core.call(name, input);
    if (!result.ok) throw new MinimeError(result.error);
    // The core checks its answers against the contract here (checkOutputs).
    return result.value as CallOutput<K>;
  }

  /** Adds the lab's hosts to the inventory and waits until each is logged in. */
  async addHosts(names: readonly string[] = this.lab.hosts.map((host) => host.name)): Promise<void> {
    for (const name of names) {
      const host = this.host(name);
      const { hostId } = await this.call('hosts.add', {
        address: host.address,
        port: host.sshPort,
        user: 'root',
        identityFile: this.lab.sshKeyPath,
      });
      this.hostIds.set(name, hostId);
    }
    await this.until('all hosts are logged in', () =>
      names.every((name) => ['bare', 'online'].includes(this.#viewNow(name)?.connection.state ?? '')),
    );
  }

  #views: readonly HostView[] = [];

  #viewNow(name: string): HostView | undefined {
    return this.#views.find((view) => view.entry.id === this.hostIds.get(name));
  }

  async snapshot(): Promise<Snapshot> {
    const snapshot = await this.call('snapshot', {});
    this.#views = snapshot.hosts;
    return snapshot;
  }

  async view(name: string): Promise<HostView> {
    await this.snapshot();
    const view = this.#viewNow(name);
    if (view === undefined) throw new Error(`${name} is not in the inventory`);
    return view;
  }

  /** Looks again after events until the condition holds. Rejects after the given time with what was waited for. */
  async until(what: string, holds: (snapshot: Snapshot) => boolean, timeoutMs = 120_000): Promise<void> {
    const end = Date.now() + timeoutMs;
    let happened = (): void => undefined;
    const stop = this.core.onEvent(() => happened());
    try {
      while (!holds(await this.snapshot())) {
        if (Date.now() > end) {
          const states = this.#views.map(
            (view) => `${view.entry.address}: ${JSON.stringify(view.connection)}`,
          );
          throw new Error(`Waited ${timeoutMs / 1000} s in vain until ${what}.\n${states.join('\n')}`);
        }
        await new Promise<void>((resolve) => {
          // Whatever an event did not tell is seen within a second.
          const timer = setTimeout(resolve, 1000);
          happened = () => {
            clearTimeout(timer);
            setTimeout(resolve, lookAgainMs);
          };
        });
      }
    } finally {
      stop();
    }
  }

  /** Waits until the operation has ended, whichever way. */
  async finished(operationId: string, timeoutMs = 600_000): Promise<Operation> {
    let found: Operation | undefined;
    await this.until(
      'the operation has ended',
      ({ operations }) => {
        found = operations.find(({ id }) => id === operationId);
        return found?.endedAt !== undefined;
      },
      timeoutMs,
    );
    if (found === undefined) throw new Error('unreachable: until() has seen the operation');
    return found;
  }

  host(name: string): Lab['hosts'][number] {
    const host = this.lab.hosts.find((candidate) => candidate.name === name);
    if (host === undefined) throw new Error(`the lab has no host ${name}`);
    return host;
  }

  /** A cluster of these hosts on the lab's two heartbeat networks, its SBD disk and its quorum disks. */
  spec(names: readonly string[] = [...this.hostIds.keys()]): DeploymentSpec {
    return {
      clusterName: `lab-${this.lab.name}`,
      hosts: names.map((name) => ({
        hostId: this.hostIds.get(name) ?? '',
        nodeName: name,
        linkAddresses: [...this.host(name).heartbeatAddresses],
      })),
      transport: { kind: 'knet' },
      tokenMs: 1000,
      quorumDisks: {
        kind: 'device',
        devices: Object.fromEntries(names.map((name) => [name, this.lab.devices.quorum[name] ?? ''])),
      },
      fencing: { method: 'sbd-disk', devices: [this.lab.devices.poisonPill], watchdog: 'none' },
      sharedFolders: ['/srv/vms'],
    };
  }

  /** Plans, deploys and waits; throws what made the deployment fail. */
  async deploy(spec: DeploymentSpec = this.spec()): Promise<Operation> {
    const plan = await this.call('deploy.plan', spec);
    const { operationId } = await this.call('deploy.run', { spec, planId: plan.id });
    const operation = await this.finished(operationId);
    if (operation.state !== 'done') {
      throw operation.error === undefined
        ? new Error(`deployment ended as ${operation.state}`)
        : new MinimeError(operation.error);
    }
    return operation;
  }

  async close(): Promise<void> {
    this.#endPrompts();
    await this.core.dispose();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
