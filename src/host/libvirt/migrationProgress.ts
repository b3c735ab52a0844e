import { MinimeError } from '../../contract/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { MigrationOptions } from '../ports/hypervisor.ts';
import { type JobInfo, percentOf } from './jobInfo.ts';

const lookEveryMs = 1000;
/** A target that died silently is noticed by nobody else: TCP goes on trying for a quarter of an hour. */
const stalledAfterMs = 60_000;
/** An abort before anything was sent may find nothing to abort; then the client itself is ended. */
const killAfterMs = 15_000;

export interface FollowDeps extends Pick<MigrationOptions, 'signal' | 'onProgress'> {
  clock: Clock;
  jobInfo: () => Promise<JobInfo>;
  abort: () => Promise<void>;
  /** Safe only as long as nothing of the VM was sent. */
  kill: () => void;
}

/**
 * Looks after a migration until it has ended, however it ends; what came of it is the migration's own to say. `stalled`: it was
 * aborted because nothing went through.
 */
export async function followMigration(
  migration: Promise<unknown>,
  deps: FollowDeps,
): Promise<{ stalled: boolean }> {
  const { clock, signal } = deps;
  const follower = new Follower(deps);
  let ended = false;
  let wake = new AbortController();
  const end = (): void => {
    ended = true;
    wake.abort();
  };
  migration.then(end, end);
  const onAbort = (): void => wake.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  while (!ended) {
    await follower.look();
    // Rejects only when it is cut short, which is what it is for.
    if (!ended) await clock.sleep(lookEveryMs, wake.signal).catch(() => undefined);
    if (!ended) wake = new AbortController();
  }
  signal?.removeEventListener('abort', onAbort);
  return { stalled: follower.stalled };
}

class Follower {
  readonly #deps: FollowDeps;
  #best = 0;
  #processed: number | undefined;
  #movedAt: number;
  #abortedAt: number | undefined;
  stalled = false;

  constructor(deps: FollowDeps) {
    this.#deps = deps;
    this.#movedAt = deps.clock.elapsed();
  }

  async look(): Promise<void> {
    const { clock, signal, kill } = this.#deps;
    await this.#measure();
    this.stalled ||= clock.elapsed() - this.#movedAt > stalledAfterMs;
    if (!this.stalled && signal?.aborted !== true) return;
    this.#abortedAt ??= clock.elapsed();
    await this.#abort();
    const patient = clock.elapsed() - this.#abortedAt < killAfterMs;
    if (!patient && this.#processed === undefined) kill();
  }

  async #measure(): Promise<void> {
    const { clock, onProgress, jobInfo } = this.#deps;
    let info: JobInfo;
    try {
      info = await jobInfo();
    } catch (error) {
      // The VM has left, or libvirt is busy handing it over: the end of the migration tells which.
      if (error instanceof MinimeError) return;
      throw error;
    }
    if (info.processed !== undefined && info.processed !== this.#processed) {
      this.#processed = info.processed;
      this.#movedAt = clock.elapsed();
    }
    const percent = percentOf(info);
    if (percent === undefined || percent <= this.#best) return;
    this.#best = percent;
    onProgress?.(percent);
  }

  async #abort(): Promise<void> {
    try {
      await this.#deps.abort();
    } catch (error) {
      if (!(error instanceof MinimeError)) throw error;
    }
  }
}
