import { toErrorInfo } from '../../contract/errors.ts';
import { regularSync } from '../../host/sync/regular.ts';
import type { WorldClock } from '../time/worldClock.ts';
import type { Program } from './service.ts';

export interface SyncServiceOptions {
  clock: WorldClock;
  begin: () => Program;
  onFailure: (message: string) => void;
}

/** `minime-sync.timer`. */
const firstMs = 20_000;
const everyMs = 120_000;
/** libvirt's hook and systemd's path unit need a moment, and its process, of low priority, is slower to begin than a rejoin. */
const noticedMs = 1000;

/** Sync of one host: every two minutes, and on every change. */
export class SyncService {
  readonly #options: SyncServiceOptions;
  #running = false;
  #again = false;
  #noticed = false;
  #stopped = false;
  #timer: { cancel(): void };

  constructor(options: SyncServiceOptions) {
    this.#options = options;
    this.#timer = options.clock.after(firstMs, () => void this.#run());
  }

  /** Something about the VMs is different, or the quorum disk is here. */
  request(): void {
    if (this.#noticed || this.#stopped) return;
    this.#noticed = true;
    this.#options.clock.after(noticedMs, () => {
      this.#noticed = false;
      void this.#run();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#timer.cancel();
  }

  async #run(): Promise<void> {
    if (this.#stopped) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    this.#timer.cancel();
    const program = this.#options.begin();
    try {
      await regularSync(program.host);
    } catch (error) {
      this.#options.onFailure(toErrorInfo(error).message);
    }
    program.life.end();
    this.#running = false;
    this.#timer = this.#options.clock.after(everyMs, () => void this.#run());
    if (!this.#again) return;
    this.#again = false;
    await this.#run();
  }
}
