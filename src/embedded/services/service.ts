import { toErrorInfo } from '../../contract/errors.ts';
import { exitCodeOf, exitCodes } from '../../host/cli/exitCodes.ts';
import type { Host } from '../../host/host.ts';
import type { WorldClock } from '../time/worldClock.ts';
import type { Life } from '../world/life.ts';

/** A program that runs on a host. */
export interface Program {
  life: Life;
  host: Host;
}

export interface ServiceOptions {
  clock: WorldClock;
  /** Of the host's boot. */
  life: Life;
  begin: () => Program;
  run: (host: Host, signal: AbortSignal) => Promise<unknown>;
  tell: (text: string) => void;
}

/** As the units have it: `RestartSec`, `TimeoutStopSec`, `RestartPreventExitStatus`. */
const restartMs = 15_000;
const stopTimeoutMs = 90_000;
const finalExitCodes: readonly number[] = [
  exitCodes.usage,
  exitCodes.notFound,
  exitCodes.refused,
  exitCodes.partly,
];

/** A systemd unit with one program, which is begun again if it fails. */
export class Service {
  readonly #options: ServiceOptions;
  #wanted = false;
  #current: { program: Program; abort: AbortController; ended: Promise<void> } | undefined;

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  get program(): Program | undefined {
    return this.#current?.program;
  }

  start(): void {
    this.#wanted = true;
    if (this.#current === undefined) this.#begin();
  }

  /** Waits until it has ended; kills it if that takes too long. */
  async stop(): Promise<void> {
    this.#wanted = false;
    const current = this.#current;
    if (current === undefined) return;
    current.abort.abort();
    const timer = this.#options.clock.after(stopTimeoutMs, () => current.program.life.end());
    await current.ended;
    timer.cancel();
  }

  #begin(): void {
    const { begin, run } = this.#options;
    const program = begin();
    const abort = new AbortController();
    const killed = new Promise<'killed'>((resolve) => program.life.onEnd(() => resolve('killed')));
    const done = run(program.host, abort.signal).then(
      () => exitCodes.done,
      (error: unknown) => this.#failed(error),
    );
    const ended = Promise.race([done, killed]).then((outcome) => {
      program.life.end();
      this.#current = undefined;
      this.#decide(outcome);
    });
    this.#current = { program, abort, ended };
  }

  #decide(outcome: number | 'killed'): void {
    const { clock, life, tell } = this.#options;
    if (life.over) return;
    if (outcome === 'killed') tell('was killed');
    if (outcome === exitCodes.done) this.#wanted = false;
    if (typeof outcome === 'number' && finalExitCodes.includes(outcome)) this.#wanted = false;
    if (!this.#wanted) return;
    clock.after(restartMs, () => {
      if (this.#wanted && this.#current === undefined) this.#begin();
    });
  }

  #failed(error: unknown): number {
    const { kind, message, details } = toErrorInfo(error);
    if (kind !== 'cancelled') this.#options.tell(`fails: ${message}${kind === 'internal' ? details : ''}`);
    return exitCodeOf(kind);
  }
}
