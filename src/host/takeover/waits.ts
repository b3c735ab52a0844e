import type { Finding } from '../../contract/finding.ts';
import { waitsMessage } from '../notify/message.ts';
import type { TakeoverWorld } from './deps.ts';

/** What a takeover waits for until somebody does something about it. */
const told: readonly string[] = ['takeover-waits-for-fencing', 'takeover-waits-for-word'];
/** What the engine is about to find out by itself is not worth waking anybody. */
const patienceMs = 15_000;

/** Tells the admins, once each, what VMs wait for. */
export class Waits {
  readonly #world: Pick<TakeoverWorld, 'clock' | 'notify'>;
  readonly #known = new Map<string, { since: number; told: boolean }>();

  constructor(world: Pick<TakeoverWorld, 'clock' | 'notify'>) {
    this.#world = world;
  }

  look(problems: readonly Finding[]): void {
    const now = this.#world.clock.now();
    const waiting = problems.filter(({ id }) => told.includes(id));
    const keys = new Set(waiting.map(keyOf));
    for (const key of this.#known.keys()) if (!keys.has(key)) this.#known.delete(key);
    for (const finding of waiting) {
      const known = this.#known.get(keyOf(finding)) ?? { since: now, told: false };
      this.#known.set(keyOf(finding), known);
      if (known.told || now - known.since < patienceMs) continue;
      known.told = true;
      this.#world.notify(waitsMessage(finding.title, finding.cause, finding.remedy));
    }
  }
}

const keyOf = ({ id, host }: Finding): string => `${id} ${host}`;
