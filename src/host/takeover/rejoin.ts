import { MinimeError } from '../../contract/errors.ts';
import type { Finding } from '../../contract/finding.ts';
import { forgetVm } from '../dispatch/forget.ts';
import { drillBehind } from '../drill/begin.ts';
import { fetchMissed } from '../history/fetch.ts';
import { noteEvent } from '../history/note.ts';
import type { Host } from '../host.ts';
import { ownDefinition } from '../sync/ownDefinition.ts';
import { sync } from '../sync/sync.ts';
import { rememberedAutostart } from './autostart.ts';
import { decideMoved } from './clearMoved.ts';
import { closeOrphans } from './closeRecord.ts';
import { hasFlag, setFlag } from './flags.ts';
import { ownDisk } from './freeze.ts';
import { goodDefinition } from './goodDefinition.ts';
import { Handover } from './handover.ts';
import type { GoodDefinition, HomeDisk } from './homeDisk.ts';
import { changeMoved, movedOrNone } from './moved.ts';
import { pause } from './patience.ts';
import { readHome } from './readHome.ts';
import { Round } from './round.ts';
import type { RoundState } from './roundState.ts';
import { survey } from './survey.ts';
import { readHomes } from './wanted.ts';
import { worldOf } from './world.ts';

const retryMs = 2000;
const clearAgainMs = 30_000;
/** So long this host's VMs wait for the records that it missed; what comes later is kept all the same. */
const fetchMs = 5000;

/**
 * `vmcl rejoin`: this host has its own quorum disk, after a boot or after the disk was elsewhere. Starts what ran before the boot,
 * once per boot, and clears what moved away. Resolves when nothing is left to do, or soon after `signal` is aborted. Rejects
 * with `not-found` while the disk is not mounted here.
 */
export async function rejoin(host: Host, { signal }: { signal: AbortSignal }): Promise<void> {
  await host.exclusively('rejoin', () => new Rejoin(host, signal).run(), 5);
}

type World = Awaited<ReturnType<typeof worldOf>>;

class Rejoin {
  readonly #host: Host;
  readonly #signal: AbortSignal;
  /** Of copies that were kept. */
  #kept: Finding[] = [];
  #hypervisor: Finding[] = [];
  #state: RoundState | undefined;
  #fetching: Promise<void> | undefined;

  constructor(host: Host, signal: AbortSignal) {
    this.#host = host;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    const world = await worldOf(this.#host, 'rejoin');
    const disk = await world.ownDisk();
    if (disk === undefined) throw notHere(world.self);
    const handover = new Handover(world);
    if (await this.#hypervisorAnswers(world)) {
      await this.#clearMoved(world);
      // First: they tell where VMs run that could not be handed over.
      await this.#fetch(world);
      if (!(await hasFlag(this.#host, 'rejoined'))) await this.#startOwn(world, disk, handover);
      await this.#finish(world, disk, handover);
    }
    await handover.stop();
    await this.#fetching;
    await this.#state?.sender.close();
    await world.show([], []);
  }

  async #show(world: World): Promise<void> {
    const { endedAt, notes } = this.#state ?? {};
    const running = notes === undefined || endedAt !== undefined ? [] : [notes.id];
    await world.show(running, [
      ...this.#hypervisor,
      ...this.#kept,
      ...(this.#state?.problems.values() ?? []),
    ]);
  }

  /** Just after a boot it may not be there yet. False: stopped before it was. */
  async #hypervisorAnswers(world: World): Promise<boolean> {
    while (!this.#signal.aborted) {
      try {
        await this.#host.hypervisor.vms();
        this.#hypervisor = [];
        return true;
      } catch (error) {
        if (!(error instanceof MinimeError)) throw error;
        this.#hypervisor = [
          {
            id: 'rejoin-waits-for-hypervisor',
            severity: 'error',
            host: world.self,
            title: `The VMs of ${world.self} wait: libvirt does not answer.`,
            cause: error.info.cause ?? error.info.message,
            remedy: 'Start it: systemctl start libvirtd (or virtqemud).',
          },
        ];
        await this.#show(world);
        await pause(world.clock, retryMs, { signal: this.#signal });
      }
    }
    return false;
  }

  async #startOwn(world: World, disk: HomeDisk, handover: Handover): Promise<void> {
    const { bootId } = await this.#host.machine.identity();
    const options = {
      presentBoot: bootId,
      alsoWanted: new Set((await rememberedAutostart(this.#host)).keys()),
      withoutRecord: 'none' as const,
      ownDefinition: (uuid: string) => this.#ownDefinition(uuid),
    };
    const endDrill = await drillBehind(this.#host, world.self);
    const onSettled = async (): Promise<void> => {
      await setFlag(this.#host, 'rejoined');
      // The run record of this boot must be there before this host can die again.
      await sync(this.#host).catch((error: unknown) => {
        this.#host.log.warn({ error }, 'the sync after the rejoin failed; the next one follows');
      });
      // It may have been back before anybody took it over.
      await endDrill();
    };
    const { policy, problems } = await world.policy();
    const { view, journal } = await readHome(disk, options);
    const { vms } = readHomes([view], policy);
    const idle = vms.every(({ phase }) => phase === 'not-wanted' || phase === 'handed');
    if (idle && journal?.ended !== false) {
      await onSettled();
      // Otherwise the record of its rejoin tells it.
      const { told } = await noteEvent(this.#host, {
        kind: 'rejoined',
        severity: 'info',
        host: world.self,
        text: `${world.self} is back in service; it had no VM of its own to start.`,
      });
      await told;
      await closeOrphans(world, world.self, undefined, await this.#members(world));
      return;
    }
    const home = { disk, loss: { state: 'member' as const }, mountedAt: world.clock.now() };
    const { round } = await Round.begin(
      {
        world,
        kind: 'rejoin',
        policy,
        policyProblems: problems,
        signal: this.#signal,
        handover,
        readOptions: () => options,
        show: () => this.#show(world),
        onBegin: (state) => {
          this.#state = state;
          return this.#show(world);
        },
        onSettled,
      },
      [home],
    );
    await round?.run();
  }

  /**
   * The sync that mends the disk may come after this. A host needs no copy of what it has itself: its VM would stay down for good,
   * since what ran before a boot is started once.
   */
  async #ownDefinition(uuid: string): Promise<GoodDefinition | undefined> {
    const [config, vms] = await Promise.all([this.#host.config(), this.#host.hypervisor.vms()]);
    const vm = vms.find((each) => each.uuid === uuid && each.persistent);
    if (config === undefined || vm === undefined) return undefined;
    return goodDefinition(await ownDefinition(this.#host, config, vm), await this.#host.clusterKey());
  }

  async #fetch(world: World): Promise<void> {
    const others = (await this.#members(world)).filter((name) => name !== world.self);
    if (this.#signal.aborted) return;
    this.#fetching = fetchMissed(this.#host, others, this.#signal).catch((error: unknown) => {
      this.#host.log.error({ error }, 'what this host missed could not be fetched');
    });
    await pause(world.clock, fetchMs, { signal: this.#signal, woken: this.#fetching });
  }

  async #members(world: World): Promise<string[]> {
    const { members } = await world.engine.state();
    return members.filter(({ online }) => online).map(({ name }) => name);
  }

  /** What could not be handed over or cleared at once is tried for as long as the disk is here. */
  async #finish(world: World, disk: HomeDisk, handover: Handover): Promise<void> {
    for (;;) {
      if (this.#signal.aborted || !(await world.isMounted(disk))) return;
      await this.#clearMoved(world);
      await this.#show(world);
      const clean = await this.#forgetStrays(world);
      if (handover.pending.length === 0 && !handover.clearing && this.#kept.length === 0 && clean) return;
      await pause(world.clock, clearAgainMs, { signal: this.#signal });
    }
  }

  /**
   * VMs that are known here and run elsewhere: this host died while it had them, and they are not its own. False: some are left, or a
   * host gave no answer.
   */
  async #forgetStrays(world: World): Promise<boolean> {
    const disk = await ownDisk(this.#host);
    if (disk === undefined) return true;
    const moved = new Set((await movedOrNone(disk)).map(({ uuid }) => uuid));
    const off = (await this.#host.hypervisor.vms()).filter(
      ({ uuid, state, persistent }) => persistent && state === 'shut-off' && !moved.has(uuid),
    );
    if (off.length === 0) return true;
    const others = (await this.#members(world)).filter((name) => name !== world.self);
    const { surveys, silent } = await survey(world.peers, world.clock, others);
    let left = silent.length;
    for (const { uuid, name } of off) {
      const holder = surveys.find(({ running }) => running.some((vm) => vm.uuid === uuid))?.host;
      if (holder === undefined) continue;
      const { forgotten, reason } = await forgetVm(this.#host, { uuid, holder });
      if (forgotten) continue;
      left++;
      world.log.warn({ vm: name, holder, reason }, 'the copy here of a VM that runs elsewhere is kept');
    }
    return left === 0;
  }

  async #clearMoved(world: World): Promise<void> {
    const disk = await ownDisk(this.#host);
    if (disk === undefined || this.#signal.aborted) return;
    const before = await movedOrNone(disk);
    this.#kept = [];
    if (before.every(({ cleared }) => cleared)) return;
    const { surveys } = await survey(world.peers, world.clock, await this.#members(world));
    await this.#host.exclusively('sync', async () => {
      const vms = await this.#host.hypervisor.vms();
      const decisions = decideMoved(world.self, await movedOrNone(disk), vms, surveys);
      for (const decision of decisions) {
        if ('problem' in decision && decision.problem !== undefined) this.#kept.push(decision.problem);
        if (decision.what === 'undefine') await this.#host.hypervisor.undefine(decision.uuid);
      }
      const what = new Map(decisions.map((decision) => [decision.uuid, decision.what]));
      await changeMoved(disk, (moved) =>
        moved
          .filter(({ uuid }) => what.get(uuid) !== 'home')
          .map((entry) => {
            const decided = what.get(entry.uuid);
            return decided === 'undefine' || decided === 'cleared' ? { ...entry, cleared: true } : entry;
          }),
      );
    });
  }
}

const notHere = (self: string): MinimeError =>
  new MinimeError({
    kind: 'not-found',
    message: `The quorum disk of ${self} is not mounted here.`,
    cause: 'Pacemaker mounts it.',
  });
