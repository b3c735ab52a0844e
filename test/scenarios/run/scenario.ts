import { z } from 'zod';
import { toErrorInfo } from '../../../src/contract/errors.ts';
import { clusterDescriptionSchema, uuidOf } from '../../../src/embedded/description.ts';
import { EmbeddedCluster, type LogEntry } from '../../../src/embedded/embeddedCluster.ts';
import { MemoryFiles } from '../../../src/embedded/files/memoryFiles.ts';
import { VirtualClock } from '../../../src/embedded/time/virtualClock.ts';
import { labTiming } from '../../../src/embedded/timing.ts';
import type { Boot } from '../../../src/embedded/world/boot.ts';
import { setPolicy } from '../../../src/host/policy/policy.ts';
import { act } from './actions.ts';
import type { Action, Script } from './commands.ts';
import { stepsIn, stepText } from './journalWatch.ts';
import { policyOf, scenarioPolicySchema } from './policy.ts';

/** `cluster.json` of a scenario. */
export const scenarioClusterSchema = clusterDescriptionSchema.extend({
  policy: scenarioPolicySchema.prefault({}),
});
export type ScenarioCluster = z.infer<typeof scenarioClusterSchema>;

/** Everything is up, synced and rejoined by then: the scenario begins. */
const warmUpMs = 30_000;
const vmsStartAtMs = 10_000;

export interface Written {
  home: string;
  what: string;
  writer: string;
}

/** One cluster, from its first boot to the end of its script. */
export class Scenario {
  readonly cluster: EmbeddedCluster;
  readonly clock = new VirtualClock();
  readonly lines: string[] = [];
  /** What programs logged as a defect of their own, and promises nobody cared for. */
  readonly defects: string[] = [];
  /** Steps written to journals since the scenario began, in order. */
  readonly steps: Written[] = [];
  readonly #description: ScenarioCluster;
  readonly script: Script;
  readonly #pending: Promise<void>[] = [];
  /** Nothing is triggered any more. */
  #calm = false;
  /** How often each step was written. */
  readonly #counts = new Map<string, number>();

  constructor(description: ScenarioCluster, script: Script) {
    this.#description = description;
    this.script = script;
    this.cluster = new EmbeddedCluster({
      description,
      clock: this.clock,
      timing: labTiming,
      files: new MemoryFiles(() => this.clock.now()),
      folder: '/embedded',
      version: '0.0.0',
      onEvent: ({ host, text }) => this.#note(host, text),
      onLog: (entry) => this.#logged(entry),
      onDiskWritten: (home, path, data, { boot }) => this.#written(home, path, data, boot),
    });
  }

  /** Milliseconds since the scenario began; negative before. */
  get now(): number {
    return this.clock.elapsed() - warmUpMs;
  }

  async run(): Promise<void> {
    await this.warmUp();
    for (const { atMs, action } of this.script.timed) this.clock.after(atMs, () => this.do(action));
    await this.runUntil(this.script.untilMs);
  }

  async warmUp(): Promise<void> {
    const { cluster, clock } = this;
    await cluster.prepare();
    for (const host of cluster.hosts.keys()) cluster.powerOn(host);
    await clock.runUntil(vmsStartAtMs);
    const first = this.#description.hosts[0]?.name ?? '';
    const program = cluster.program(bootOf(cluster, first));
    this.#pending.push(
      setPolicy(program.host, policyOf(this.#description.policy), 'scenario').then(() => undefined),
    );
    for (const { name, host, running } of this.#description.vms) {
      if (!running) continue;
      const { hypervisor } = cluster.program(bootOf(cluster, host)).host;
      this.#pending.push(hypervisor.start(uuidOf(name)));
    }
    await clock.runUntil(warmUpMs);
    await Promise.all(this.#pending.splice(0));
    this.lines.length = 0;
    this.steps.length = 0;
    this.#counts.clear();
  }

  async runUntil(ms: number): Promise<void> {
    await this.clock.runUntil(warmUpMs + ms);
    await Promise.all(this.#pending.splice(0));
  }

  do(action: Action, owner?: string): void {
    if (action.name === 'calm') {
      this.#calm = true;
      return;
    }
    this.#pending.push(act(this.cluster, action, owner));
  }

  /** A line of the log. */
  #note(host: string, text: string): void {
    this.lines.push(`${(this.now / 1000).toFixed(1).padStart(6)}  ${host.padEnd(4)} ${text}`.trimEnd());
  }

  #written(home: string, path: string, data: string, { host }: Boot): void {
    const name = (uuid: string): string =>
      this.#description.vms.find((vm) => uuidOf(vm.name) === uuid)?.name ?? uuid;
    for (const event of stepsIn(path, data)) {
      this.steps.push({ home, what: event.what, writer: host });
      this.#note(host, `journal of ${home}: ${stepText(event, name)}`);
      const count = (this.#counts.get(event.what) ?? 0) + 1;
      this.#counts.set(event.what, count);
      for (const { step, count: wanted, delayMs, action } of this.script.triggered) {
        const reached = step === 'any' ? this.steps.length : step === event.what ? count : 0;
        if (reached !== wanted || this.#calm) continue;
        if (delayMs === 0) this.do(action, host);
        else this.clock.after(delayMs, () => this.do(action, host));
      }
    }
  }

  #logged({ host, level, fields, message }: LogEntry): void {
    if (level !== 'error') return;
    const { error } = fields as { error?: unknown };
    const expected = error instanceof Error && ('info' in error || 'code' in error);
    if (error !== undefined && !expected)
      this.defects.push(`${host}: ${message}: ${toErrorInfo(error).details ?? ''}`);
  }
}

export function bootOf(cluster: EmbeddedCluster, host: string): Boot {
  const { boot } = cluster.host(host);
  if (boot === undefined) throw new Error(`${host} is off`);
  return boot;
}
