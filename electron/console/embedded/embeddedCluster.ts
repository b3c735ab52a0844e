import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { EmbeddedAction, EmbeddedOptions, EmbeddedSite } from '../../../src/contract/embedded.ts';
import type { EmbeddedReport, EmbeddedServer } from '../../../src/contract/embeddedProtocol.ts';
import { MinimeError, toErrorInfo } from '../../../src/contract/errors.ts';
import type { HostEntry } from '../../../src/contract/inventory.ts';
import type { EventHub } from '../events.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { SshEnvironment } from '../ssh/config/resolve.ts';
import { EmbeddedClient, type LaunchEmbedded } from './program.ts';
import { EmbeddedSshFiles } from './sshFiles.ts';

export interface EmbeddedClusterOptions {
  dataFolder: string;
  version: string;
  launch: LaunchEmbedded;
  inventory: Inventory;
  sessions: Sessions;
  events: EventHub;
  logger: Logger;
}

/** How long its program is given to write everything down. */
const stopMs = 5_000;
const noReport: EmbeddedReport = {
  speed: 1,
  bare: false,
  ready: false,
  clusters: [],
  hosts: [],
  vms: [],
  faults: [],
};

/** The life cycle of the embedded cluster: its program, its folder, and its hosts in the inventory. */
export class EmbeddedCluster {
  readonly #options: EmbeddedClusterOptions;
  readonly #folder: string;
  readonly #ssh: EmbeddedSshFiles;
  readonly #servers = new Map<string, EmbeddedServer>();
  /** Hosts that are up and whose address and key are written down. */
  readonly #reachable = new Set<string>();
  #client: EmbeddedClient | undefined;
  #site: EmbeddedSite | null = null;
  #report: EmbeddedReport = noReport;

  constructor(options: EmbeddedClusterOptions) {
    this.#options = options;
    this.#folder = join(options.dataFolder, 'embedded');
    this.#ssh = new EmbeddedSshFiles(this.#folder);
  }

  get environment(): SshEnvironment {
    return this.#ssh.environment;
  }

  view(): EmbeddedSite | null {
    return this.#site;
  }

  /** Once, when the console starts: what was there goes on. `mine`: this console may run it. */
  async resume(mine: boolean): Promise<void> {
    const { inventory, sessions } = this.#options;
    const known = inventory.list().filter(({ embedded }) => embedded);
    if (!mine) {
      for (const entry of known) sessions.open(entry).connect();
    } else if (existsSync(join(this.#folder, 'site.json'))) {
      for (const server of await this.#ssh.remembered()) this.#servers.set(server.name, server);
      for (const entry of known) sessions.open(entry).connect();
      this.#begin({ hosts: 3, speed: 1, bare: false });
    } else if (known.length > 0) {
      // Somebody deleted its folder.
      await inventory.removeEmbedded();
    }
  }

  start(options: EmbeddedOptions): void {
    if (this.#site !== null && this.#site.state !== 'failed') {
      throw new MinimeError({
        kind: 'conflict',
        message:
          this.#site.state === 'removing'
            ? 'The embedded cluster is just being removed.'
            : 'There is an embedded cluster already.',
        remedy: 'Remove it to start another one.',
      });
    }
    this.#begin(options);
  }

  async act(action: EmbeddedAction): Promise<void> {
    if (this.#client === undefined || this.#site?.state !== 'running') {
      throw new MinimeError({
        kind: 'conflict',
        message: 'The embedded cluster does not run.',
        remedy: 'Start it, or wait until it has come up.',
      });
    }
    await this.#client.call('act', { action });
  }

  async remove(): Promise<void> {
    if (this.#site === null) {
      throw new MinimeError({ kind: 'not-found', message: 'There is no embedded cluster.' });
    }
    this.#show('removing');
    const { inventory, sessions, events } = this.#options;
    try {
      for (const { id } of await inventory.removeEmbedded()) {
        sessions.close(id);
        events.emit('host.removed', { hostId: id });
      }
      await this.#end();
      await rm(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    this.#servers.clear();
    this.#report = noReport;
    this.#site = null;
    events.emit('embedded.changed', { site: null });
  }

  /** The console closes; the cluster is there again the next time. */
  async dispose(): Promise<void> {
    await this.#end();
  }

  #begin(options: EmbeddedOptions): void {
    this.#show('starting');
    this.#launch(options).catch((error: unknown) => this.#fail(error));
  }

  async #launch(options: EmbeddedOptions): Promise<void> {
    const { version, launch, logger } = this.#options;
    await this.#end();
    this.#reachable.clear();
    const authorizedKey = await this.#ssh.key();
    const client = new EmbeddedClient(launch(), {
      report: (report) => {
        if (this.#client !== client) return;
        this.#report = report;
        this.#showReport();
      },
      server: (server) => {
        if (this.#client === client) void this.#reach(server);
      },
      log: ({ level, message, fields }) => logger[level === 'info' ? 'debug' : level]({ fields }, message),
      onLost: (error) => {
        if (this.#client === client) this.#fail(error);
      },
    });
    this.#client = client;
    const report = await client.call('start', { folder: this.#folder, version, authorizedKey, options });
    if (this.#client !== client) return;
    this.#report = report;
    await this.#addHosts();
    this.#showReport();
  }

  async #addHosts(): Promise<void> {
    const { inventory, sessions, events } = this.#options;
    const known = new Set(inventory.list().map(({ id }) => id));
    for (const entry of await inventory.addEmbedded(this.#report.hosts.map(({ name }) => name))) {
      if (known.has(entry.id)) continue;
      events.emit('host.added', sessions.open(entry).view());
      if (this.#reachable.has(entry.address)) this.#connect(entry);
    }
  }

  /** The host is there now: nobody has to wait for the next try. */
  async #reach(server: EmbeddedServer): Promise<void> {
    const { inventory, logger } = this.#options;
    this.#servers.set(server.name, server);
    try {
      await this.#ssh.write([...this.#servers.values()]);
      this.#reachable.add(server.name);
      const entry = inventory.list().find(({ embedded, address }) => embedded && address === server.name);
      if (entry !== undefined && this.#options.sessions.has(entry.id)) this.#connect(entry);
    } catch (error) {
      logger.error({ host: server.name, err: error }, 'the way to an embedded host cannot be written down');
    }
  }

  #connect(entry: HostEntry): void {
    const session = this.#options.sessions.get(entry.id);
    if (session.view().connection.state !== 'online') session.connect();
  }

  async #end(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, stopMs);
    });
    const stopped = client.call('stop', {}).then(
      () => undefined,
      (error: unknown) =>
        this.#options.logger.warn({ err: error }, 'the embedded cluster did not end in good order'),
    );
    await Promise.race([stopped, late]);
    clearTimeout(timer);
    await client.end();
  }

  #fail(thrown: unknown): void {
    const error = toErrorInfo(thrown);
    this.#options.logger.error({ err: thrown }, 'the embedded cluster failed');
    this.#report = { ...this.#report, hosts: this.#report.hosts.map((host) => ({ ...host, power: 'off' })) };
    void this.#end();
    this.#show('failed', error);
  }

  #showReport(): void {
    if (this.#site?.state === 'starting' || this.#site?.state === 'running') {
      this.#show(this.#report.ready ? 'running' : 'starting');
    }
  }

  #show(state: EmbeddedSite['state'], error?: EmbeddedSite['error']): void {
    const entries = this.#options.inventory.list().filter(({ embedded }) => embedded);
    const idOf = (name: string): string | null => entries.find(({ address }) => address === name)?.id ?? null;
    const { hosts, ready: _ready, ...report } = this.#report;
    this.#site = {
      ...report,
      state,
      ...(error === undefined ? {} : { error }),
      folder: this.#folder,
      hosts: hosts.map((host) => ({ ...host, hostId: idOf(host.name) })),
    };
    this.#options.events.emit('embedded.changed', { site: this.#site });
  }
}
