import type { DispatchCallParams, StartOutcome } from '../../../contract/dispatchProtocol.ts';
import { MinimeError } from '../../../contract/errors.ts';
import type { HostSurvey } from '../../../contract/survey.ts';
import type { FakeCluster, FakeMember } from './fakeCluster.ts';

/** What the hosts of a cluster in memory answer each other. */
export class FakeAnswers {
  readonly #cluster: FakeCluster;

  constructor(cluster: FakeCluster) {
    this.#cluster = cluster;
  }

  /** As the host program answers another host. */
  async call(name: string, call: string, params: unknown): Promise<unknown> {
    const host = this.#cluster.host(name);
    this.#mustAnswer(host);
    switch (call) {
      case 'survey':
        return this.#survey(host);
      case 'vm.start':
        return await this.#start(host, params as DispatchCallParams<'vm.start'>);
      case 'vm.ready':
        return { agent: this.#agentOf((params as DispatchCallParams<'vm.ready'>).uuid) };
      case 'vm.secured': {
        const { uuid } = params as DispatchCallParams<'vm.secured'>;
        await this.#cluster.clock.sleep(200);
        this.#mustAnswer(host);
        const disk = this.#cluster.disk(name);
        if (disk.mountedOn !== name || !host.running.has(uuid)) return { secured: false, reason: 'no disk' };
        this.#cluster.define(uuid, name);
        this.#cluster.sync(name);
        return { secured: true };
      }
      case 'vm.forget':
        return { forgotten: true };
      case 'failover.record':
        return {};
      default:
        throw new Error(`${call} is not scripted`);
    }
  }

  #agentOf(uuid: string): boolean | null {
    if (this.#cluster.agentAfterMs === null) return null;
    return this.#cluster.clock.now() - (this.#cluster.startedAt.get(uuid) ?? 0) >= this.#cluster.agentAfterMs;
  }

  #mustAnswer(host: FakeMember): void {
    if (!host.up || host.silent) {
      throw new MinimeError({ kind: 'unreachable', message: `${host.name} does not answer.` });
    }
  }

  #survey(host: FakeMember): HostSurvey {
    const running = [...host.running].flatMap(([uuid, starting]) => {
      const vm = this.#cluster.vms.get(uuid);
      return vm === undefined ? [] : [{ ...vm, vcpus: 1, cpuPercent: 1, starting }];
    });
    const used = running.reduce((sum, { memory, starting }) => sum + (starting ? 0 : memory), 0);
    return {
      host: host.name,
      at: this.#cluster.clock.now(),
      memoryTotal: host.memory,
      memoryFree: host.memory - used,
      cores: 64,
      cpuPercent: 1,
      running,
      rejoining: host.rejoining,
      ...(host.unavailable === undefined ? {} : { unavailable: host.unavailable }),
    };
  }

  async #start(
    host: FakeMember,
    { definition, timeoutS }: DispatchCallParams<'vm.start'>,
  ): Promise<StartOutcome> {
    const uuid = Buffer.from(definition, 'base64').toString();
    if (host.running.get(uuid) === false) return { outcome: 'running' };
    const behaviour = host.starts.get(uuid) ?? 'ok';
    if (behaviour === 'refuses') return { outcome: 'refused', reason: 'Its signature is wrong.' };
    host.running.set(uuid, true);
    await this.#cluster.clock.sleep(
      behaviour === 'ok' || behaviour === 'fails' ? host.startMs : timeoutS * 1000,
    );
    this.#mustAnswer(host);
    if (behaviour === 'hangs-for-good') return { outcome: 'hung', reason: 'No end.', stopped: false };
    if (behaviour !== 'ok') {
      host.running.delete(uuid);
      return behaviour === 'fails'
        ? { outcome: 'failed', reason: 'No bridge.' }
        : { outcome: 'hung', reason: 'It took too long.', stopped: true };
    }
    host.running.set(uuid, false);
    this.#cluster.startedAt.set(uuid, this.#cluster.clock.now());
    this.#cluster.started.set(uuid, (this.#cluster.started.get(uuid) ?? 0) + 1);
    const where = this.#cluster.whereIs(uuid);
    if (where.length > 1)
      this.#cluster.violations.push(`${this.#cluster.vms.get(uuid)?.name} runs on ${where.join(' and ')}`);
    return { outcome: 'running' };
  }
}
