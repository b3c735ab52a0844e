import { randomUUID } from 'node:crypto';
import { MinimeError } from '../../../contract/errors.ts';
import type { FailoverRecord } from '../../../contract/failover.ts';
import type { Finding } from '../../../contract/finding.ts';
import { initialPolicy, type Policy } from '../../../contract/policy.ts';
import type { HostLoss } from '../../ports/clusterEngine.ts';
import type { Peers } from '../../ports/peers.ts';
import type { TakeoverWorld } from '../deps.ts';
import type { HomeDisk } from '../homeDisk.ts';
import { FakeAnswers } from './fakeAnswers.ts';
import { FakeDisk } from './fakeDisk.ts';
import { fakeEngine } from './fakeEngine.ts';
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
  readonly #answers = new FakeAnswers(this);

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
        whileAlive(() => this.#answers.call(host, name, params)) as ReturnType<Peers['call']>,
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
      engine: fakeEngine(this, whileAlive),
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
}

const uuidOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Never resolves once the process is dead. */
function lifetime(life: Life): Promise<void> {
  return life.dead ? new Promise(() => undefined) : Promise.resolve();
}
