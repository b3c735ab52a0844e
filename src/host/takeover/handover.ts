import { toErrorInfo } from '../../contract/errors.ts';
import { type BoardVm, toHandOver } from './board.ts';
import type { TakeoverWorld } from './deps.ts';
import { pause } from './patience.ts';
import { notHandedOver } from './problems.ts';
import { changed, clear, type RoundState, report } from './roundState.ts';
import { clearStrays } from './strays.ts';

/** A peer syncs first, and another sync may be under way there. */
const securedMs = 90_000;
const firstPauseMs = 2000;
const longestPauseMs = 60_000;

interface Item {
  state: RoundState;
  vm: BoardVm;
  tries: number;
}

/**
 * Hands VMs that run over to the quorum disks of the hosts they run on, again and again for as long as the failed host's disk is
 * mounted here: better twice than lost. Hosts are asked for all of their VMs at once, and sync once for all who ask meanwhile.
 */
export class Handover {
  readonly #world: TakeoverWorld;
  readonly #stop = new AbortController();
  readonly #items = new Set<Item>();
  readonly #underWay = new Set<Promise<void>>();
  /** The list of moved VMs is written for one after the other. */
  #removing: Promise<unknown> = Promise.resolve();
  /** Handed over; other hosts may still know them. */
  #handed: { state: RoundState; vm: BoardVm }[] = [];
  #clearing: Promise<void> | undefined;

  constructor(world: TakeoverWorld) {
    this.#world = world;
  }

  get pending(): readonly { state: RoundState; vm: BoardVm; tries: number }[] {
    return [...this.#items];
  }

  /** Hosts are being told to forget VMs that they do not hold. */
  get clearing(): boolean {
    return this.#clearing !== undefined;
  }

  /** Begins with every VM that runs and is not being handed over yet. */
  offer(state: RoundState): void {
    const known = new Set([...this.#items].map(({ vm }) => vm));
    for (const vm of state.vms) {
      if (known.has(vm) || toHandOver(vm).length === 0) continue;
      const item = { state, vm, tries: 0 };
      this.#items.add(item);
      this.#begin(item);
    }
  }

  /** It does not run there any more, or its disk is gone: nothing is handed over. */
  forget(vm: BoardVm): void {
    for (const item of this.#items) if (item.vm === vm) this.#items.delete(item);
  }

  /** Begins nothing more; resolves when what is under way is done. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#underWay, this.#clearing]);
  }

  #begin(item: Item): void {
    const work = this.#once(item).finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  async #once(item: Item): Promise<void> {
    const { state, vm } = item;
    const { signal } = this.#stop;
    if (signal.aborted || !this.#items.has(item)) return;
    if (toHandOver(vm).length === 0) {
      this.#items.delete(item);
      return;
    }
    const done = await this.#handOver(item);
    item.tries++;
    if (done || !this.#items.has(item)) {
      this.#items.delete(item);
      changed(state);
      if (done) this.#handed.push({ state, vm });
      if (this.#items.size === 0) this.#clearStrays();
      return;
    }
    changed(state);
    void this.#later(item, vm);
  }

  /** Once for all that was handed over. */
  #clearStrays(): void {
    const handed = this.#handed;
    const [first] = handed;
    if (this.#clearing !== undefined || first === undefined) return;
    this.#handed = [];
    const held = handed.map(({ vm: { uuid, name, host, homes } }) => ({
      uuid,
      name,
      holder: host ?? '',
      homes,
    }));
    this.#clearing = clearStrays(this.#world, held, () => first.state.members, this.#stop.signal)
      .catch((error: unknown) => {
        this.#world.log.error({ error }, 'copies of VMs that were handed over could not be looked for');
      })
      .finally(() => {
        this.#clearing = undefined;
        this.#clearStrays();
      });
  }

  async #later(item: Item, vm: BoardVm): Promise<void> {
    const waitMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (item.tries - 1));
    await pause(this.#world.clock, waitMs, { signal: this.#stop.signal });
    if (toHandOver(vm).length === 0) this.#items.delete(item);
    else this.#begin(item);
  }

  /** True if nothing is left to be handed over. Never rejects. */
  async #handOver({ state, vm }: Item): Promise<boolean> {
    const { peers } = this.#world;
    const host = vm.host ?? '';
    const homes = toHandOver(vm);
    try {
      const { secured, reason } = await peers.call(
        host,
        'vm.secured',
        { uuid: vm.uuid },
        { timeoutMs: securedMs, signal: this.#stop.signal },
      );
      if (!secured) throw new Error(reason ?? `${host} does not say why`);
    } catch (error) {
      for (const home of homes) report(state, notHandedOver(vm.name, home, host, reasonOf(error)));
      return false;
    }
    const removed = this.#removing.then(() =>
      Promise.all(homes.map((home) => this.#remove(state, vm, home, host))),
    );
    this.#removing = removed.catch(() => undefined);
    return (await removed).every((done) => done);
  }

  async #remove(state: RoundState, vm: BoardVm, home: string, host: string): Promise<boolean> {
    const disk = state.notes.disks.get(home);
    try {
      if (disk === undefined || !(await this.#world.isMounted(disk))) {
        throw new Error(`the quorum disk of ${home} is not mounted here any more`);
      }
      await state.notes.write([home], { what: 'handed', uuid: vm.uuid, name: vm.name, host });
      const at = Math.floor(this.#world.clock.now());
      await disk.handOver({ uuid: vm.uuid, name: vm.name, to: host, at, cleared: false });
    } catch (error) {
      report(state, notHandedOver(vm.name, home, host, reasonOf(error)));
      return false;
    }
    vm.handed.add(home);
    clear(state, notHandedOver(vm.name, home, host, ''));
    return true;
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error && !('info' in error) ? `${error.message}.` : toErrorInfo(error).message;
