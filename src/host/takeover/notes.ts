import { MinimeError, toErrorInfo } from '../../contract/errors.ts';
import type { Finding } from '../../contract/finding.ts';
import type { TakeoverWorld } from './deps.ts';
import type { HomeDisk } from './homeDisk.ts';
import type { JournalEvent } from './journalEvents.ts';
import { journalNotWritten } from './problems.ts';

/** Writes to the journals of a takeover. */
export class Notes {
  readonly #world: Pick<TakeoverWorld, 'clock' | 'log'>;
  readonly #onProblem: (finding: Finding) => void;
  readonly id: string;
  readonly disks = new Map<string, HomeDisk>();

  constructor(
    id: string,
    world: Pick<TakeoverWorld, 'clock' | 'log'>,
    onProblem: (finding: Finding) => void,
  ) {
    this.id = id;
    this.#world = world;
    this.#onProblem = onProblem;
  }

  /**
   * On the disks of these homes when it resolves. Never rejects: VMs must not stay down because a journal cannot be written;
   * without it the next owner still asks all hosts what runs.
   */
  async write(homes: readonly string[], event: JournalEvent): Promise<void> {
    const { clock, log } = this.#world;
    log.info({ takeover: this.id, homes, ...event }, `takeover: ${event.what}`);
    await Promise.all(
      homes.map(async (home) => {
        const disk = this.disks.get(home);
        if (disk === undefined) return;
        try {
          await disk.append({ id: this.id, at: clock.now(), event });
        } catch (error) {
          // Moved away: its next owner finds out what became of it.
          const moved = error instanceof MinimeError && error.kind === 'not-found';
          if (!moved) this.failed(home, error);
        }
      }),
    );
  }

  failed(home: string, error: unknown): void {
    this.#world.log.error({ error, home }, 'the journal could not be written');
    this.#onProblem(journalNotWritten(home, toErrorInfo(error).message));
  }
}
