import type { Refusal, RefusalReason } from '../contract/plan.ts';
import type { Policy } from '../contract/policy.ts';
import { cpuPercent } from './figures.ts';
import { standingReasons } from './hostRules.ts';
import type { Problem } from './problem.ts';
import type { Placement } from './solve.ts';

/** What is planned on each host so far, and who is where: refusals are judged against it. */
export class Scene {
  readonly #problem: Problem;
  readonly #policy: Policy;
  readonly #roomMemory: Float64Array;
  readonly #roomCpu: Float64Array;
  readonly #hostOf: Placement;

  constructor(problem: Problem, policy: Policy) {
    this.#problem = problem;
    this.#policy = policy;
    this.#roomMemory = problem.roomMemory.slice();
    this.#roomCpu = problem.roomCpu.slice();
    this.#hostOf = new Int32Array(problem.vms.length).fill(-1);
  }

  place(vm: number, host: number): void {
    this.#hostOf[vm] = host;
    this.#change(vm, host, -1);
  }

  remove(vm: number): void {
    this.#change(vm, this.#hostOf[vm] ?? -1, 1);
    this.#hostOf[vm] = -1;
  }

  #change(vm: number, host: number, sign: 1 | -1): void {
    const candidate = this.#problem.vms[vm];
    if (candidate === undefined) return;
    this.#roomMemory[host] = (this.#roomMemory[host] ?? 0) + sign * candidate.memory;
    this.#roomCpu[host] = (this.#roomCpu[host] ?? 0) + sign * candidate.cpu;
  }

  memoryFree(host: number): number {
    return (this.#roomMemory[host] ?? 0) + (this.#problem.thresholds[host]?.minFreeMemory ?? 0);
  }

  /** CPU units in use. */
  cpuUsed(host: number): number {
    const top = (this.#problem.usedCpu[host] ?? 0) + (this.#problem.roomCpu[host] ?? 0);
    return top - (this.#roomCpu[host] ?? 0);
  }

  /** Percent: the larger of the host's memory and CPU use once the VM is there as well. */
  loadAfter(vm: number, host: number): number {
    const candidate = this.#problem.vms[vm];
    const planHost = this.#problem.hosts[host];
    if (candidate === undefined || planHost === undefined) return 0;
    const memory = 1 - (this.memoryFree(host) - candidate.memory) / planHost.memoryTotal;
    return Math.max(100 * memory, cpuPercent(planHost, this.cpuUsed(host) + candidate.cpu));
  }

  /**
   * Every reason why the host cannot take the VM as things are; none: it can. That a host takes no VM at all stands
   * alone: its figures may be old or none.
   */
  reasons(vm: number, host: number): RefusalReason[] {
    const candidate = this.#problem.vms[vm];
    const planHost = this.#problem.hosts[host];
    const thresholds = this.#problem.thresholds[host];
    if (candidate === undefined || planHost === undefined || thresholds === undefined) {
      throw new RangeError(`no VM ${vm} or no host ${host} in the problem`);
    }
    if (planHost.unavailable !== undefined) return [{ kind: 'unavailable', detail: planHost.unavailable }];
    const reasons = standingReasons(candidate, planHost, this.#policy);
    reasons.push(...this.#tieReasons(vm, host));
    if (candidate.memory > (this.#roomMemory[host] ?? 0)) {
      const freeAfter = this.memoryFree(host) - candidate.memory;
      reasons.push({ kind: 'memory', freeAfter, threshold: thresholds.minFreeMemory });
    }
    if (candidate.cpu > (this.#roomCpu[host] ?? 0)) {
      const percentAfter = cpuPercent(planHost, this.cpuUsed(host) + candidate.cpu);
      reasons.push({ kind: 'cpu', percentAfter, threshold: thresholds.maxCpuPercent });
    }
    return reasons;
  }

  #tieReasons(vm: number, host: number): RefusalReason[] {
    const reasons: RefusalReason[] = [];
    for (const other of this.#problem.apart[vm] ?? []) {
      if (this.#hostOf[other] === host) {
        reasons.push({
          kind: 'keep-apart',
          rule: this.#ruleOf(vm, other, 'keep-apart'),
          vm: this.#name(other),
        });
      }
    }
    for (const other of this.#problem.together[vm] ?? []) {
      const on = this.#problem.hosts[this.#hostOf[other] ?? -1];
      if (on === undefined || this.#hostOf[other] === host) continue;
      const rule = this.#ruleOf(vm, other, 'keep-together');
      reasons.push({ kind: 'keep-together', rule, vm: this.#name(other), on: on.name });
    }
    return reasons;
  }

  #name(vm: number): string {
    return this.#problem.vms[vm]?.vm.name ?? '';
  }

  #ruleOf(vm: number, other: number, kind: 'keep-apart' | 'keep-together'): string {
    const uuids = [vm, other].map((index) => this.#problem.vms[index]?.vm.uuid ?? '');
    const holds = this.#policy.rules.groups.find(
      (group) => group.kind === kind && uuids.every((uuid) => group.vms.includes(uuid)),
    );
    return holds?.name ?? '';
  }

  /** The refusals of every host for a VM that is not placed. */
  refusals(vm: number): Refusal[] {
    return this.#problem.hosts.map((host, index) => ({ host: host.name, reasons: this.reasons(vm, index) }));
  }
}
