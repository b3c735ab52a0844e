import type { Host } from '../../host/host.ts';
import { runMoves } from '../../host/moves/mover.ts';
import { shutDownHost } from '../../host/moves/shutdown.ts';
import { rejoin } from '../../host/takeover/rejoin.ts';
import { takeover } from '../../host/takeover/takeover.ts';
import type { WorldClock } from '../time/worldClock.ts';
import type { Boot } from '../world/boot.ts';
import { type Program, Service } from './service.ts';
import { SyncService } from './syncService.ts';

export interface HostServicesOptions {
  clock: WorldClock;
  boot: Boot;
  begin: () => Program;
  tell: (text: string) => void;
}

/** The systemd units of Minime on one host, and what its resource agent does with them. */
export class HostServices {
  readonly #options: HostServicesOptions;
  readonly #sync: SyncService;
  readonly #rejoin: Service;
  readonly #moves: Service;
  readonly #takeovers = new Map<string, Service>();

  constructor(options: HostServicesOptions) {
    this.#options = options;
    this.#sync = new SyncService({
      clock: options.clock,
      begin: options.begin,
      onFailure: (message) => options.tell(`sync fails: ${message}`),
    });
    this.#rejoin = this.#service('rejoin', (host, signal) => rejoin(host, { signal }));
    this.#moves = this.#service('moving', (host, signal) => runMoves(host, signal));
  }

  /** Begins what is to be done, and returns. */
  async startAgent(home: string): Promise<void> {
    if (home === this.#options.boot.host) {
      this.#rejoin.start();
      this.#sync.request();
    } else {
      this.#takeoverOf(home).start();
    }
  }

  async stopAgent(home: string): Promise<void> {
    if (home === this.#options.boot.host) await this.#rejoin.stop();
    else await this.#takeoverOf(home).stop();
  }

  #takeoverOf(home: string): Service {
    const known = this.#takeovers.get(home);
    if (known !== undefined) return known;
    const service = this.#service(`takeover of ${home}`, (host, signal) => takeover(host, home, { signal }));
    this.#takeovers.set(home, service);
    return service;
  }

  startMoves(): void {
    this.#moves.start();
  }

  /** Has them cancelled; does not wait. */
  stopMoves(): void {
    void this.#moves.stop();
  }

  /** Ends what cares for VMs here, as the kernel does when memory runs out. */
  killOwner(): void {
    for (const service of [this.#rejoin, ...this.#takeovers.values()]) service.program?.life.end();
  }

  vmsChanged(): void {
    this.#sync.request();
  }

  /** What is done before the first VM is stopped by a shutdown of the host. */
  async shutDown(): Promise<void> {
    const { host, life } = this.#options.begin();
    await shutDownHost(host);
    life.end();
  }

  /** The host is dead. */
  end(): void {
    this.#sync.stop();
  }

  #service(name: string, run: (host: Host, signal: AbortSignal) => Promise<unknown>): Service {
    const { clock, boot, begin, tell } = this.#options;
    return new Service({
      clock,
      life: boot.life,
      begin,
      run: async (host, signal) => {
        tell(`${name} begins`);
        await run(host, signal);
        tell(`${name} ends`);
      },
      tell: (text) => tell(`${name} ${text}`),
    });
  }
}
