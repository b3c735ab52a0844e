import { join } from 'node:path';
import { MinimeError } from '../../contract/errors.ts';
import type { HostConfig } from '../../contract/manifest.ts';
import type { WebhookBody } from '../../contract/notifications.ts';
import { callLocally } from '../dispatch/local.ts';
import type { Host } from '../host.ts';
import { hashContent } from '../libvirt/content.ts';
import { noEngine } from '../pacemaker/compose.ts';
import type { EngineHappening, EngineState } from '../ports/clusterEngine.ts';
import type { HypervisorEvent, VmContent, VmRecord, VmSpec } from '../ports/hypervisor.ts';
import type { Mail } from '../ports/messenger.ts';
import type { MountedDisk } from '../ports/quorumDisks.ts';

export const plainSpec: VmSpec = {
  memory: 2 ** 26,
  vcpus: 1,
  arch: 'x86_64',
  machine: 'pc-q35-7.2',
  accelerated: false,
  cpu: { mode: 'default' },
  disks: [],
  nics: [],
  hostDevices: [],
  files: [],
  tpm: 'none',
};

interface FakeVm {
  name: string;
  state: VmRecord['state'];
  persistent: boolean;
  incoming?: true;
  spec: VmSpec;
  content: VmContent;
}

/** A host whose outside world is scripted by a test; its quorum disk is a folder. */
export class FakeHost {
  now = 1_700_000_000_000;
  readonly vms = new Map<string, FakeVm>();
  bootId = 'boot-1';
  reachable = true;
  /** So many times it gives no answer in time before it answers. */
  late = 0;
  readonly hidden = new Set<string>();
  engine: EngineState = noEngine;
  readonly fenced: string[] = [];
  /** What `fence` does; by default it succeeds. */
  fence: (target: string) => Promise<void> = () => Promise.resolve();
  readonly confirmed: string[] = [];
  happenings: EngineHappening[] = [];
  readonly mails: Mail[] = [];
  readonly posts: WebhookBody[] = [];
  /** What sending does before it succeeds; by default nothing. */
  onMail: (mail: Mail) => Promise<void> = () => Promise.resolve();
  onPost: (url: string) => Promise<void> = () => Promise.resolve();
  /** What the cluster keeps, by name. */
  readonly documents = new Map<string, string>();
  /** What `start` does before the VM runs; by default nothing. */
  onStart: (uuid: string, signal?: AbortSignal) => Promise<void> = () => Promise.resolve();
  /** What `destroy` does before the VM is off; by default nothing. */
  onDestroy: (uuid: string) => Promise<void> = () => Promise.resolve();
  published = new Map<string, string>();
  disks: MountedDisk[];
  config: HostConfig | undefined;
  onHypervisor: (event: HypervisorEvent) => void = () => undefined;
  onEngine: () => void = () => undefined;
  /** What became of virtual IPs. */
  readonly moved: string[] = [];
  /** Addresses at which somebody answers. */
  readonly answering = new Set<string>();
  /** The exclusive work that goes on. */
  readonly held = new Set<string>();
  readonly host: Host;

  constructor(folder: string) {
    this.disks = [{ home: 'n1', folder: join(folder, 'disk'), source: '/dev/fake', readOnly: false }];
    this.config = {
      format: 1,
      clusterId: 'c1',
      clusterName: 'lab',
      nodeName: 'n1',
      quorumDisks: [],
      fencing: { method: 'sbd-disk', devices: [] },
    };
    this.host = this.#host(folder);
  }

  define(uuid: string, name: string, xml = `<domain>${name}</domain>`): void {
    this.vms.set(uuid, {
      name,
      state: 'running',
      persistent: true,
      spec: plainSpec,
      content: { xml, tpm: [] },
    });
  }

  #host(folder: string): Host {
    return {
      version: '1.2.3',
      clock: {
        now: () => this.now,
        elapsed: () => performance.now(),
        sleep: () => Promise.resolve(),
      },
      machine: {
        identity: () =>
          Promise.resolve({
            hostname: 'n1',
            machineId: 'm',
            distribution: { id: 'debian', version: '12', prettyName: 'Debian 12' },
            kernel: '6.1',
            bootedAt: 1,
            bootId: this.bootId,
          }),
        cpu: () => Promise.resolve({ busy: 1, total: 2, cores: 4 }),
        memory: () => Promise.resolve({ total: 2 ** 30, free: 2 ** 29 }),
        mounts: () => Promise.resolve([]),
        networkCards: () => Promise.resolve({ bridges: ['vmbr0'], cards: ['eth0'] }),
        addresses: () => Promise.resolve([{ card: 'eth0', address: '192.0.2.1', prefixLength: 24 }]),
        answersAt: (address) => Promise.resolve(this.answering.has(address)),
        clockSynchronised: () => Promise.resolve(true),
      },
      hypervisor: {
        kind: 'embedded',
        version: () => this.#ifReachable('fake 1'),
        vms: () => this.#ifReachable([...this.vms].map(([uuid, vm]) => recordOf(uuid, vm))),
        content: (uuid) => this.#ifReachable(this.vms.get(uuid)?.content ?? { xml: '', tpm: [] }),
        usage: () => this.#ifReachable([]),
        facts: () => this.#ifReachable({ arch: 'x86_64', acceleration: true, machines: [], networks: [] }),
        define: (uuid, content) => this.#ifReachable(this.#defineContent(uuid, content)),
        obstacles: () => this.#ifReachable([]),
        undefine: (uuid) => this.#ifReachable(void this.vms.delete(uuid)),
        start: async (uuid, signal) => {
          await this.#ifReachable(undefined);
          await this.onStart(uuid, signal);
          this.#setState(uuid, 'running');
        },
        destroy: async (uuid) => {
          await this.onDestroy(uuid);
          this.#setState(uuid, 'shut-off');
        },
        shutdown: (uuid) => this.#ifReachable(this.#setState(uuid, 'shut-off')),
        setAutostart: () => this.#ifReachable(undefined),
        agentAnswers: () => this.#ifReachable(null),
        processes: () =>
          Promise.resolve([...this.vms].filter(([, vm]) => vm.state === 'running').map(([uuid]) => uuid)),
        migrate: () =>
          Promise.reject(new MinimeError({ kind: 'unsupported', message: 'A fake host moves nothing.' })),
        hasHiddenDefinition: (uuid) => Promise.resolve(this.hidden.has(uuid)),
        watch: (listener) => {
          this.onHypervisor = listener;
          return { stop: () => undefined };
        },
      },
      engine: {
        state: () => Promise.resolve(this.engine),
        fence: async (target) => {
          this.fenced.push(target);
          await this.fence(target);
        },
        fenceDevices: () =>
          Promise.resolve({ devices: [{ name: 'fence-sbd', answers: true }], watchdog: false }),
        wasFencedSince: () => Promise.resolve(false),
        lossOf: () => Promise.resolve({ state: 'member' }),
        confirmFenced: async (target) => void this.confirmed.push(target),
        documents: async (prefix) => new Map([...this.documents].filter(([name]) => name.startsWith(prefix))),
        createDocument: async (name, text) => {
          if (this.documents.has(name)) return false;
          this.documents.set(name, text);
          return true;
        },
        removeDocument: async (name, text) => {
          if (text === undefined || this.documents.get(name) === text) this.documents.delete(name);
        },
        addVirtualIp: async (spec) =>
          void this.engine.virtualIps.push({ ...spec, on: null, state: 'stopped' }),
        moveVirtualIp: async (name, host) => void this.moved.push(`${name} to ${host}`),
        removeVirtualIp: async (name) => void this.moved.push(`${name} away`),
        publish: async (text) => void this.published.set('n1', text),
        published: () => Promise.resolve(this.published),
        happened: async (since) => this.happenings.filter(({ at }) => at > since),
        watch: (onChange) => {
          this.onEngine = () => onChange('state');
          return { stop: () => undefined };
        },
      },
      quorumDisks: {
        folderOf: () => this.disks[0]?.folder ?? '',
        mounted: () => Promise.resolve(this.disks),
        usage: () => Promise.resolve({ size: 1000, used: 10 }),
        mount: () => Promise.resolve(),
        unmount: () => Promise.resolve(),
        check: () => Promise.resolve(),
      },
      config: () => Promise.resolve(this.config),
      clusterKey: () => Promise.resolve(Buffer.alloc(32, 1)),
      // It is the only one, and answers for all.
      peers: {
        call: (_host, name, params, options) => callLocally(this.host, name, params, options),
        warmUp: () => Promise.resolve(),
      },
      messenger: {
        mail: async (mail) => {
          await this.onMail(mail);
          this.mails.push(mail);
        },
        post: async (url, body) => {
          await this.onPost(url);
          this.posts.push(body);
        },
      },
      exclusively: (what, work, waitS) => this.#exclusively(what, work, waitS),
      movesService: { start: () => Promise.resolve(), stop: () => Promise.resolve() },
      paths: {
        state: join(folder, 'state'),
        run: join(folder, 'run'),
        history: join(folder, 'history'),
        manifest: join(folder, 'manifest.json'),
      },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    };
  }

  /** Nobody waits for what is held: the tests have nothing that would let it go. */
  async #exclusively<T>(what: string, work: () => Promise<T>, waitS?: number): Promise<T> {
    if (waitS === 0 && this.held.has(what)) {
      throw new MinimeError({ kind: 'busy', message: `${what} is done by another process.` });
    }
    this.held.add(what);
    try {
      return await work();
    } finally {
      this.held.delete(what);
    }
  }

  #defineContent(uuid: string, content: VmContent): void {
    const name = this.vms.get(uuid)?.name ?? uuid;
    this.vms.set(uuid, { name, state: 'shut-off', persistent: true, spec: plainSpec, content });
  }

  #setState(uuid: string, state: VmRecord['state']): void {
    const vm = this.vms.get(uuid);
    if (vm !== undefined) vm.state = state;
  }

  #ifReachable<T>(value: T): Promise<T> {
    if (this.late > 0) {
      this.late--;
      return Promise.reject(new MinimeError({ kind: 'timeout', message: 'virsh gave no answer.' }));
    }
    if (this.reachable) return Promise.resolve(value);
    return Promise.reject(
      new MinimeError({ kind: 'unreachable', message: 'The hypervisor does not answer.' }),
    );
  }
}

function recordOf(uuid: string, vm: FakeVm): VmRecord {
  const { name, state, persistent, incoming, spec, content } = vm;
  const definitionHash = hashContent(content);
  const record = { uuid, name, state, persistent, autostart: false, spec, definitionHash };
  return incoming === undefined ? record : { ...record, incoming };
}
