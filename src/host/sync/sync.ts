import { MinimeError } from '../../contract/errors.ts';
import type { Finding } from '../../contract/finding.ts';
import type { SyncReport } from '../../contract/hostState.ts';
import type { HostConfig } from '../../contract/manifest.ts';
import { DefinitionStore, type Stored } from '../definitions/store.ts';
import type { Host } from '../host.ts';
import { judgePortability } from '../portability/findings.ts';
import { PortabilityReader, publishFacts } from '../portability/reader.ts';
import type { VmRecord } from '../ports/hypervisor.ts';
import { findingOf } from '../sections/system.ts';
import { takeAutostartOver } from '../takeover/autostart.ts';
import { changeMoved, type MovedVm, movedOrNone } from '../takeover/moved.ts';
import type { DiskKey } from '../takeover/signedFile.ts';
import { decideSync, type SyncDecision } from './decide.ts';
import { keptHidden, keptMany, notHere, writeFailure } from './findings.ts';
import { splitMoved } from './moved.ts';
import { ownDefinition } from './ownDefinition.ts';
import { whileShown } from './progress.ts';
import { markSynced, readRecord, writeRecord } from './record.ts';
import { noteRunning } from './runRecord.ts';

/** A change that falls into a sync is not announced again by systemd, so a sync looks once more when it is done. */
const maximumRounds = 3;

/** A host that has just booted, or has all its VMs to start, may be too busy to answer once: that alone is no news. */
const askAgainMs = 5000;

/**
 * Brings the definitions on this host's quorum disk up to date. Problems with single VMs are in the report and keep
 * nobody else from being synced. Rejects with `not-found` on a host without a cluster, and with `busy`.
 */
export async function sync(host: Host): Promise<SyncReport> {
  const config = await host.config();
  if (config === undefined) {
    throw new MinimeError({
      kind: 'not-found',
      message: 'This host belongs to no cluster of Minime: there is nothing to sync to.',
      remedy: 'Deploy a cluster from the console.',
    });
  }
  const work = async (): Promise<SyncReport> => {
    const missingSince = (await readRecord(host.paths.state))?.missingSince ?? {};
    const run = new SyncRun(host, config, missingSince);
    const report = await run.run();
    await writeRecord(host.paths.state, { report, missingSince: run.missingSince });
    return report;
  };
  return await host.exclusively('sync', () => whileShown(host, work));
}

class SyncRun {
  readonly #host: Host;
  readonly #config: HostConfig;
  readonly #problems = new Map<string, Finding>();
  #written = 0;
  #removed = 0;
  #unchanged = 0;
  missingSince: Record<string, number>;

  constructor(host: Host, config: HostConfig, missingSince: Record<string, number>) {
    this.#host = host;
    this.#config = config;
    this.missingSince = missingSince;
  }

  async run(): Promise<SyncReport> {
    const { nodeName } = this.#config;
    try {
      await this.#syncDisk().catch(async (error: unknown) => {
        if (!(error instanceof MinimeError) || error.kind !== 'timeout') throw error;
        this.#host.log.info({ error }, 'something gave no answer in time; the sync is tried once more');
        await this.#host.clock.sleep(askAgainMs);
        await this.#syncDisk();
      });
    } catch (error) {
      // Anything without a code is a defect of ours; a disk that cannot even be listed has one.
      if (!(error instanceof MinimeError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
      this.#problem(findingOf(error, { id: 'sync-failed', severity: 'error', host: nodeName }));
    }
    return {
      at: this.#host.clock.now(),
      written: this.#written,
      unchanged: this.#unchanged,
      removed: this.#removed,
      problems: [...this.#problems.values()],
    };
  }

  async #syncDisk(): Promise<void> {
    const { nodeName, clusterId } = this.#config;
    const disk = (await this.#host.quorumDisks.mounted()).find(({ home }) => home === nodeName);
    if (disk === undefined) {
      this.#problem(notHere(nodeName));
      return;
    }
    const key = await this.#host.clusterKey();
    const store = new DefinitionStore({ folder: disk.folder, home: nodeName, clusterId, key });
    const signed: DiskKey = { folder: disk.folder, home: nodeName, clusterId, key };
    await this.#guard('the folders', () => store.prepare());
    for (let round = 1; round <= maximumRounds; round++) {
      // Read first: what moves away while the VMs are listed is not taken for one that came home.
      const moved = await movedOrNone(signed);
      const all = await this.#host.hypervisor.vms();
      await this.#guard('the run record', () => noteRunning(this.#host, signed, all));
      const { vms, home, stale } = splitMoved(all, moved);
      await this.#guard('the list of moved VMs', () => this.#cameHome(signed, home));
      const stored = (await store.list()).filter(({ uuid }) => !stale.has(uuid));
      if (round === 1) await this.#takeAutostartOver(vms);
      const decision = await this.#decide(vms, stored);
      if (round > 1 && decision.write.length === 0 && decision.remove.length === 0) break;
      const allDone = await this.#carryOut(store, decision, vms, stored);
      // It takes seconds, so it comes before the last look.
      if (round === 1) await this.#publish();
      if (!allDone) break;
    }
    const complete = ![...this.#problems.values()].some(({ severity }) => severity === 'error');
    if (complete)
      await this.#guard('the time of the sync', () => markSynced(disk.folder, this.#host.clock.now()));
  }

  async #cameHome(disk: DiskKey, home: ReadonlySet<string>): Promise<void> {
    if (home.size === 0) return;
    await changeMoved(disk, (moved: readonly MovedVm[]) => moved.filter(({ uuid }) => !home.has(uuid)));
  }

  async #takeAutostartOver(vms: readonly VmRecord[]): Promise<void> {
    try {
      const view = await new PortabilityReader(this.#host).view();
      await takeAutostartOver(
        this.#host,
        vms.filter((vm) => judgePortability(vm, view).protected),
      );
    } catch (error) {
      if (!(error instanceof MinimeError)) throw error;
      const { nodeName } = this.#config;
      this.#problem(
        findingOf(error, { id: 'autostart-not-taken-over', severity: 'warning', host: nodeName }),
      );
    }
  }

  async #decide(vms: readonly VmRecord[], stored: readonly Stored[]): Promise<SyncDecision> {
    const listed = new Set(vms.map(({ uuid }) => uuid));
    const hidden = new Set<string>();
    for (const { uuid } of stored) {
      if (!listed.has(uuid) && (await this.#host.hypervisor.hasHiddenDefinition(uuid))) hidden.add(uuid);
    }
    return decideSync({
      present: vms.map(({ uuid, definitionHash, persistent }) => ({
        uuid,
        hash: definitionHash,
        persistent,
      })),
      stored: stored.map((each) =>
        each.state === 'good'
          ? { uuid: each.uuid, state: each.state, hash: each.definition.hash }
          : { uuid: each.uuid, state: each.state },
      ),
      hidden,
      missingSince: this.missingSince,
      now: this.#host.clock.now(),
    });
  }

  /** False if something could not be done: trying again at once would not help. */
  async #carryOut(
    store: DefinitionStore,
    decision: SyncDecision,
    vms: readonly VmRecord[],
    stored: readonly Stored[],
  ): Promise<boolean> {
    const { nodeName } = this.#config;
    const nameOf = (uuid: string): string => {
      const known = stored.find((each) => each.uuid === uuid);
      return known?.state === 'good' ? known.definition.name : uuid;
    };
    let allDone = true;
    for (const vm of vms.filter(({ uuid }) => decision.write.includes(uuid))) {
      const done = await this.#guard(vm.name, () => this.#write(store, vm));
      if (done) this.#written++;
      allDone &&= done;
    }
    for (const uuid of decision.remove) {
      const done = await this.#guard(nameOf(uuid), () => store.remove(uuid));
      if (done) this.#removed++;
      allDone &&= done;
    }
    for (const uuid of decision.keepHidden) this.#problem(keptHidden(nodeName, nameOf(uuid)));
    for (const uuid of decision.keepMany) this.#problem(keptMany(nodeName, nameOf(uuid)));
    this.#unchanged = decision.unchanged.length;
    this.missingSince = decision.missingSince;
    return allDone;
  }

  async #write(store: DefinitionStore, vm: VmRecord): Promise<void> {
    const definition = await ownDefinition(this.#host, this.#config, vm);
    try {
      await store.write(definition);
    } catch (error) {
      const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
      // What is kept only in case it is missed makes room for what is needed.
      if (!full || !(await store.dropRemoved())) throw error;
      await store.write(definition);
    }
  }

  /** True if it was done; what the disk refused becomes a problem. */
  async #guard(subject: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof MinimeError || (error as NodeJS.ErrnoException).code === undefined) throw error;
      this.#problem(writeFailure(this.#config.nodeName, subject, error as NodeJS.ErrnoException));
      return false;
    }
  }

  async #publish(): Promise<void> {
    try {
      await publishFacts(this.#host);
    } catch (error) {
      if (!(error instanceof MinimeError)) throw error;
      const { nodeName } = this.#config;
      this.#problem(findingOf(error, { id: 'facts-not-published', severity: 'warning', host: nodeName }));
    }
  }

  /** The same one, met again in another round, counts once. */
  #problem(finding: Finding): void {
    this.#problems.set(`${finding.id} ${finding.subject ?? ''}`, finding);
    this.#host.log.warn({ finding }, finding.title);
  }
}
