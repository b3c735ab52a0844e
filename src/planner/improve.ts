import type { Arrangement } from './arrangement.ts';
import { compareEvenness, type Evenness, Loads } from './evenness.ts';
import type { Problem } from './problem.ts';
import { Steps } from './steps.ts';

/** Bound of the changes looked at; a cluster of 32 hosts and 2,000 VMs needs about a tenth after a failure. */
const MOST_CHANGES = 1_000_000;

/** A change: `item` goes to `host`, and `partner`, if any, from there to where `item` was. */
interface Change {
  item: number;
  host: number;
  partner: number;
}

/** Moves single items and swaps pairs until none of these makes the loads evener. */
export function improve(problem: Problem, arrangement: Arrangement): void {
  const { items } = arrangement;
  const steps = new Steps(MOST_CHANGES);
  const search = new ChangeSearch(problem, arrangement, steps);
  let unchanged = 0;
  for (let item = 0; unchanged < items.count && steps.left > 0; item = (item + 1) % items.count) {
    const change = search.best(item);
    if (change === null) {
      unchanged += 1;
      continue;
    }
    unchanged = 0;
    const from = arrangement.hostOf[change.item] ?? -1;
    arrangement.remove(change.item);
    if (change.partner >= 0) {
      arrangement.remove(change.partner);
      arrangement.place(change.partner, from);
    }
    arrangement.place(change.item, change.host);
    search.refresh();
  }
}

class ChangeSearch {
  readonly #arrangement: Arrangement;
  readonly #loads: Loads;
  readonly #steps: Steps;
  #now: Evenness;
  /** Hosts by load, the fullest first; the first three are enough to know the peak without any two hosts. */
  #fullest: number[] = [];

  constructor(problem: Problem, arrangement: Arrangement, steps: Steps) {
    this.#arrangement = arrangement;
    this.#loads = new Loads(problem, arrangement);
    this.#steps = steps;
    this.#now = this.#loads.evenness();
    this.refresh();
  }

  refresh(): void {
    const peaks = this.#arrangement.itemsOn.map((_, host) => this.#loads.peak(host));
    this.#fullest = peaks.map((_, host) => host).sort((a, b) => (peaks[b] ?? 0) - (peaks[a] ?? 0));
    this.#fullest.length = Math.min(3, this.#fullest.length);
    this.#now = this.#loads.evenness();
  }

  /** The change of this item that makes the loads evenest; null if none makes them evener than they are. */
  best(item: number): Change | null {
    let best: Change | null = null;
    let bestEvenness = this.#now;
    const consider = (host: number, partner: number): void => {
      if (!this.#steps.take() || !this.#possible(item, host, partner)) return;
      const evenness = this.#after(item, host, partner);
      if (compareEvenness(evenness, bestEvenness) >= 0) return;
      best = { item, host, partner };
      bestEvenness = evenness;
    };
    const from = this.#arrangement.hostOf[item] ?? -1;
    for (let host = 0; host < this.#arrangement.items.hostCount; host++) {
      if (host === from || this.#arrangement.items.allowed[item]?.[host] !== 1) continue;
      consider(host, -1);
      for (const partner of this.#arrangement.itemsOn[host] ?? [])
        if (partner > item) consider(host, partner);
    }
    return best;
  }

  #possible(item: number, host: number, partner: number): boolean {
    const { items, hostOf, roomMemory, roomCpu } = this.#arrangement;
    if (partner < 0) return this.#arrangement.fits(item, host);
    const from = hostOf[item] ?? -1;
    const memory = (items.memory[item] ?? 0) - (items.memory[partner] ?? 0);
    const cpu = (items.cpu[item] ?? 0) - (items.cpu[partner] ?? 0);
    return (
      memory <= (roomMemory[host] ?? 0) &&
      cpu <= (roomCpu[host] ?? 0) &&
      -memory <= (roomMemory[from] ?? 0) &&
      -cpu <= (roomCpu[from] ?? 0) &&
      this.#arrangement.mayGo(item, host, partner) &&
      this.#arrangement.mayGo(partner, from, item)
    );
  }

  #after(item: number, host: number, partner: number): Evenness {
    const { items, hostOf } = this.#arrangement;
    const from = hostOf[item] ?? -1;
    const memory = (items.memory[item] ?? 0) - (items.memory[partner] ?? 0);
    const cpu = (items.cpu[item] ?? 0) - (items.cpu[partner] ?? 0);
    const others = this.#fullest.find((full) => full !== host && full !== from) ?? -1;
    return {
      peak: Math.max(
        others < 0 ? 0 : this.#loads.peak(others),
        this.#loads.peak(host, memory, cpu),
        this.#loads.peak(from, -memory, -cpu),
      ),
      spread:
        this.#now.spread +
        this.#loads.squares(host, memory, cpu) -
        this.#loads.squares(host) +
        this.#loads.squares(from, -memory, -cpu) -
        this.#loads.squares(from),
    };
  }
}
