import { randomUUID } from 'node:crypto';
import type { DispatchCallParams, StartOutcome } from '../../../contract/dispatchProtocol.ts';
import { MinimeError } from '../../../contract/errors.ts';
import type { FailoverRecord } from '../../../contract/failover.ts';
import type { Finding } from '../../../contract/finding.ts';
import { initialPolicy, type Policy } from '../../../contract/policy.ts';
import type { HostSurvey } from '../../../contract/survey.ts';
import { noEngine } from '../../pacemaker/compose.ts';
import type { HostLoss } from '../../ports/clusterEngine.ts';
import type { Peers } from '../../ports/peers.ts';
import type { TakeoverWorld } from '../deps.ts';
import type { HomeDisk } from '../homeDisk.ts';
import { FakeDisk } from './fakeDisk.ts';
import { VirtualClock } from './virtualClock.ts';

export const GB = 1024 ** 3;

type StartBehaviour = 'ok' | 'fails' | 'hangs' | 'hangs-for-good' | 'refuses';

export interface FakeMember {
  name: string;
  up: boolean;
  /** It is up, but answers nobody. */
  silent: boolean;
  memory: number;
  /** By uuid; true: its start is under way. */
  running: Map<string, boolean>;
  unavailable?: string;
  rejoining: boolean;
  /** By uuid; other VMs start. */
  starts: Map<string, StartBehaviour>;
  startMs: number;
}

interface FakeVm {
  uuid: string;
  name: string;
  memory: number;
}

/** A process of a host; when it is dead, nothing that it waits for ever comes. */
export interface Life {
  dead: boolean;
}

/** A cluster in memory: hosts that start VMs, quorum disks, an engine that knows who is lost. */
export class FakeCluster {
  readonly clock = new VirtualClock();
  readonly hosts = new Map<string, FakeMember>();
  readonly disks = new Map<string, FakeDisk>();
  readonly vms = new Map<string, FakeVm>();
  readonly losses = new Map<string, HostLoss>();
  readonly documents = new Map<string, string>();
  readonly records = new Map<string, FailoverRecord>();
  policy: Policy = {
    ...initialPolicy,
    thresholds: { cluster: { minFreeMemory: GB, maxCpuPercent: 90 }, hosts: {}, overCpu: 'start' },
    // Few, so that a handful of VMs meets the limit.
    takeover: { ...initialPolicy.takeover, startsPerHost: 2 },
  };
  /** What must never happen, and did. */
  readonly violations: string[] = [];
  /** How often each VM was started, by uuid. */
  readonly started = new Map<string, number>();
  readonly startedAt = new Map<string, number>();
  /** How long after a start guest agents answer; null: VMs have none. */
  agentAfterMs: number | null = null;
  shown: readonly Finding[] = [];
  readonly log: string[] = [];

  constructor(...names: string[]) {
    for (const name of names) {
      this.hosts.set(name, {
        name,
        up: true,
        silent: false,
        rejoining: false,
        memory: 64 * GB,
        running: new Map(),
        starts: new Map(),
        startMs: 1000,
      });
      this.disks.set(name, new FakeDisk(name));
    }
  }

  host(name: string): FakeMember {
    const host = this.hosts.get(name);
    if (host === undefined) throw new Error(`no host ${name}`);
    return host;
  }

  disk(home: string): FakeDisk {
    const disk = this.disks.get(home);
    if (disk === undefined) throw new Error(`no disk of ${home}`);
    return disk;
  }

  /** A VM of `home`, running there unless `off`. */
  vm(name: string, home: string, { off = false, memory = GB } = {}): string {
    const uuid = uuidOf(this.vms.size + 1);
    this.vms.set(uuid, { uuid, name, memory });
    if (!off) this.host(home).running.set(uuid, false);
    this.define(uuid, home);
    this.sync(home);
    return uuid;
  }

  define(uuid: string, home: string): void {
    const vm = this.vms.get(uuid);
    if (vm === undefined) throw new Error(`no VM ${uuid}`);
    this.disk(home).defs.set(uuid, {
      ...vm,
      state: 'good',
      vcpus: 1,
      autostart: false,
      savedAt: this.clock.now(),
      file: Buffer.from(uuid),
    });
  }

  /** The run record, as the sync of that host writes it. */
  sync(home: string): void {
    const vms = [...this.host(home).running.keys()].flatMap((uuid) => this.vms.get(uuid) ?? []);
    this.disk(home).record = {
      state: 'good',
      value: {
        format: 1,
        bootId: 'before',
        at: this.clock.now(),
        vms: vms.map((vm) => ({ ...vm, vcpus: 1 })),
      },
    };
  }

  /** It is off, its disks go to the first that is left. */
  kill(name: string, loss: HostLoss['state'] = 'fenced'): void {
    const host = this.host(name);
    host.up = false;
    host.running.clear();
    this.losses.set(name, { state: loss, detectedAt: this.clock.now(), fencedAt: this.clock.now() });
    const next = [...this.hosts.values()].find(({ up }) => up);
    if (next === undefined) return;
    for (const disk of this.disks.values()) if (disk.mountedOn === name) disk.mountedOn = next.name;
  }

  /** Where it runs. */
  whereIs(uuid: string): string[] {
    return [...this.hosts.values()].filter(({ running }) => running.has(uuid)).map(({ name }) => name);
  }

  world(self: string, life: Life = { dead: false }): TakeoverWorld {
    const whileAlive = async <T>(work: () => T | Promise<T>): Promise<T> => {
      await lifetime(life);
      const result = await work();
      await lifetime(life);
      return result;
    };
    const wrapped = new Map<FakeDisk, HomeDisk>();
    const view = (disk: FakeDisk): HomeDisk => {
      const here = async <T>(work: () => Promise<T>): Promise<T> => {
        if (disk.mountedOn !== self) throw new MinimeError({ kind: 'not-found', message: 'gone' });
        return await work();
      };
      const known = wrapped.get(disk) ?? {
        home: disk.home,
        definitions: () => whileAlive(() => here(() => disk.definitions())),
        runRecord: () => whileAlive(() => here(() => disk.runRecord())),
        moved: () => whileAlive(() => here(() => disk.moved())),
        journal: () => whileAlive(() => here(() => disk.journal())),
        append: (line) => whileAlive(() => here(() => disk.append(line))),
        beginJournal: (lines) => whileAlive(() => here(() => disk.beginJournal(lines))),
        handOver: (vm) => whileAlive(() => here(() => disk.handOver(vm))),
      };
      wrapped.set(disk, known);
      return known;
    };
    let carriedOn: readonly string[] = [];
    const mounted = (): HomeDisk[] =>
      [...this.disks.values()].filter(({ mountedOn }) => mountedOn === self).map(view);
    const peers: Peers = {
      call: (host, name, params) =>
        whileAlive(() => this.#call(host, name, params)) as ReturnType<Peers['call']>,
      warmUp: () => Promise.resolve(),
    } as Peers;
    return {
      self,
      clusterId: 'c1',
      clock: {
        now: () => this.clock.now(),
        elapsed: () => this.clock.elapsed(),
        sleep: (ms, signal) => whileAlive(() => this.clock.sleep(ms, signal)),
      },
      engine: this.#engine(whileAlive),
      peers,
      awayDisks: () => whileAlive(() => mounted().filter(({ home }) => home !== self)),
      isMounted: (disk) => whileAlive(() => mounted().includes(disk)),
      policy: () => whileAlive(() => ({ policy: this.policy, problems: [] })),
      saveRecord: (record) =>
        whileAlive(() => {
          if (record.times.ended === undefined && !carriedOn.includes(record.id))
            this.violations.push(`${self} writes down ${record.id} and does not say that it carries it on`);
          this.records.set(record.id, structuredClone(record));
        }),
      storedRecord: (id) => whileAlive(() => this.records.get(id)),
      records: () =>
        whileAlive(() => [...this.records.values()].sort((a, b) => b.times.begun - a.times.begun)),
      show: (running, problems) =>
        whileAlive(() => {
          carriedOn = running;
          this.shown = problems;
        }),
      notify: () => undefined,
      notified: () => Promise.resolve(),
      newId: () => randomUUID(),
      log: {
        info: (_fields, message) => void this.log.push(message),
        warn: (_fields, message) => void this.log.push(message),
        error: (fields, message) => void this.log.push(`${message} ${JSON.stringify(fields)}`),
      },
    };
  }

  #engine(whileAlive: <T>(work: () => T | Promise<T>) => Promise<T>): TakeoverWorld['engine'] {
    return {
      state: () =>
        whileAlive(() => ({
          ...noEngine,
          engine: 'running' as const,
          quorate: true,
          members: [...this.hosts.values()].map(({ name, up }, index) => ({
            name,
            nodeId: index + 1,
            online: up,
          })),
          quorumDisks: [...this.disks.values()].map(({ home, mountedOn }) => ({
            home,
            mountedOn,
            state: 'mounted' as const,
          })),
        })),
      lossOf: (name) =>
        whileAlive(() => {
          const { up } = this.host(name);
          return up
            ? { state: 'member' as const }
            : (this.losses.get(name) ?? { state: 'unfenced' as const });
        }),
      documents: (prefix) =>
        whileAlive(() => new Map([...this.documents].filter(([name]) => name.startsWith(prefix)))),
      createDocument: (name, text) =>
        whileAlive(() => {
          if (this.documents.has(name)) return false;
          this.documents.set(name, text);
          return true;
        }),
      removeDocument: (name, text) =>
        whileAlive(() => {
          if (text === undefined || this.documents.get(name) === text) this.documents.delete(name);
        }),
    };
  }

  async #call(name: string, call: string, params: unknown): Promise<unknown> {
    const host = this.host(name);
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
        await this.clock.sleep(200);
        this.#mustAnswer(host);
        const disk = this.disk(name);
        if (disk.mountedOn !== name || !host.running.has(uuid)) return { secured: false, reason: 'no disk' };
        this.define(uuid, name);
        this.sync(name);
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
    if (this.agentAfterMs === null) return null;
    return this.clock.now() - (this.startedAt.get(uuid) ?? 0) >= this.agentAfterMs;
  }

  #mustAnswer(host: FakeMember): void {
    if (!host.up || host.silent) {
      throw new MinimeError({ kind: 'unreachable', message: `${host.name} does not answer.` });
    }
  }

  #survey(host: FakeMember): HostSurvey {
    const running = [...host.running].flatMap(([uuid, starting]) => {
      const vm = this.vms.get(uuid);
      return vm === undefined ? [] : [{ ...vm, vcpus: 1, cpuPercent: 1, starting }];
    });
    const used = running.reduce((sum, { memory, starting }) => sum + (starting ? 0 : memory), 0);
    return {
      host: host.name,
      at: this.clock.now(),
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
    await this.clock.sleep(behaviour === 'ok' || behaviour === 'fails' ? host.startMs : timeoutS * 1000);
    this.#mustAnswer(host);
    if (behaviour === 'hangs-for-good') return { outcome: 'hung', reason: 'No end.', stopped: false };
    if (behaviour !== 'ok') {
      host.running.delete(uuid);
      return behaviour === 'fails'
        ? { outcome: 'failed', reason: 'No bridge.' }
        : { outcome: 'hung', reason: 'It took too long.', stopped: true };
    }
    host.running.set(uuid, false);
    this.startedAt.set(uuid, this.clock.now());
    this.started.set(uuid, (this.started.get(uuid) ?? 0) + 1);
    const where = this.whereIs(uuid);
    if (where.length > 1) this.violations.push(`${this.vms.get(uuid)?.name} runs on ${where.join(' and ')}`);
    return { outcome: 'running' };
  }
}

const uuidOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Never resolves once the process is dead. */
function lifetime(life: Life): Promise<void> {
  return life.dead ? new Promise(() => undefined) : Promise.resolve();
}
