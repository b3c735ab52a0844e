import { toErrorInfo } from '../../contract/errors.ts';
import type { Finding } from '../../contract/finding.ts';
import type { HostLoss } from '../ports/clusterEngine.ts';
import type { TakeoverWorld } from './deps.ts';
import type { HomeDisk } from './homeDisk.ts';
import * as problems from './problems.ts';
import type { RunRecord } from './runRecord.ts';

export interface ReadyHome {
  disk: HomeDisk;
  loss: HostLoss;
  mountedAt: number;
}

/**
 * | the home host | its run record | |
 * |---|---|---|
 * | is a member | | nothing is done: it is alive, or just leaving |
 * | is silent, not fenced | | wait, loudly |
 * | was fenced | says that it was shutting down, and the policy is to leave its VMs | nothing until it is back |
 * | was fenced | | ready |
 * | left in good order | says that all VMs were stopped, and the policy is to leave them | nothing until it is back |
 * | left in good order | says that all VMs were stopped | ready |
 * | left in good order | does not say so | wait, loudly: its VMs may still run |
 */
export function judgeHome(
  home: string,
  loss: HostLoss['state'],
  shutdown: RunRecord['shutdown'],
  leave: boolean,
): { ready: true } | { ready: false; finding: Finding } {
  const wait = (finding: Finding) => ({ ready: false as const, finding });
  switch (loss) {
    case 'member':
      return wait(problems.homeIsAlive(home));
    case 'unfenced':
      return wait(problems.waitingForFencing(home));
    case 'left':
      if (shutdown?.stoppedAt === undefined) return wait(problems.waitingForWord(home));
      return leave ? wait(problems.leftByPolicy(home)) : { ready: true };
    case 'fenced':
      return shutdown !== undefined && leave ? wait(problems.leftByPolicy(home)) : { ready: true };
  }
}

/** A host that is just leaving in good order is a member for some moments: only after so long it is told of. */
const leavingMs = 30_000;

/** The homes whose quorum disks are mounted here, and which of them may be taken over. */
export class HomeWatch {
  readonly #world: TakeoverWorld;
  readonly #known = new Map<HomeDisk, { since: number; done: boolean }>();
  #problems: Finding[] = [];
  #waiting = 0;

  constructor(world: TakeoverWorld) {
    this.#world = world;
  }

  /** What is waited for, as of the last look. */
  get problems(): readonly Finding[] {
    return this.#problems;
  }

  /** Homes that are here and neither ready nor done, as of the last look. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Its takeover has begun; it is ready again only when `again` was called. */
  done(disk: HomeDisk): void {
    const known = this.#known.get(disk);
    if (known !== undefined) known.done = true;
  }

  again(disk: HomeDisk): void {
    const known = this.#known.get(disk);
    if (known !== undefined) known.done = false;
  }

  /** Never rejects: what cannot be asked now is a problem, and asked again at the next look. */
  async look(): Promise<ReadyHome[]> {
    const { clock } = this.#world;
    const disks = await this.#world.awayDisks();
    for (const disk of this.#known.keys()) if (!disks.includes(disk)) this.#known.delete(disk);
    const ready: ReadyHome[] = [];
    const found: Finding[] = [];
    let waiting = 0;
    for (const disk of disks) {
      const known = this.#known.get(disk) ?? { since: clock.now(), done: false };
      this.#known.set(disk, known);
      if (known.done) continue;
      const { loss, finding } = await this.#judge(disk, known.since);
      if (finding !== undefined) found.push(finding);
      if (loss === undefined) waiting++;
      else ready.push({ disk, loss, mountedAt: known.since });
    }
    this.#problems = found;
    this.#waiting = waiting;
    return ready;
  }

  async #judge(disk: HomeDisk, since: number): Promise<{ loss?: HostLoss; finding?: Finding }> {
    const { engine, clock } = this.#world;
    let loss: HostLoss;
    try {
      loss = await engine.lossOf(disk.home);
    } catch (error) {
      const { message } = toErrorInfo(error);
      return { finding: { ...problems.waitingForFencing(disk.home), cause: message } };
    }
    let shutdown: RunRecord['shutdown'];
    try {
      const record = await disk.runRecord();
      shutdown = record.state === 'good' ? record.value.shutdown : undefined;
    } catch (error) {
      return { finding: problems.diskUnreadable(disk.home, toErrorInfo(error).message) };
    }
    const leave = (await this.#world.policy()).policy.takeover.hostShutdown === 'leave';
    const verdict = judgeHome(disk.home, loss.state, shutdown, leave);
    if (verdict.ready) return { loss };
    const quiet = loss.state === 'member' && clock.now() - since < leavingMs;
    return quiet ? {} : { finding: verdict.finding };
  }
}
