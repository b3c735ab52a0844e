import type { VmState } from '../../contract/hostState.ts';
import type { Watch } from './watch.ts';

/** Where the bytes of a VM's disk, medium or boot file come from, as far as it decides who else can reach them. */
export type VmSource =
  | { kind: 'file'; path: string }
  | { kind: 'block'; path: string }
  | { kind: 'network'; protocol: string; name: string }
  /** In a storage pool; the hypervisor resolves it to one of the others where it can. */
  | { kind: 'volume'; pool: string; volume: string }
  | { kind: 'unknown'; text: string };

export interface VmDisk {
  target: string;
  device: 'disk' | 'cdrom' | 'floppy' | 'lun';
  /** Absent: an empty drive. */
  source?: VmSource;
  /** The VM starts even if the source is missing. */
  optional: boolean;
}

export type VmNic =
  | { kind: 'bridge'; bridge: string }
  | { kind: 'network'; network: string }
  /** macvtap on a network card of the host. */
  | { kind: 'direct'; interface: string }
  | { kind: 'other' };

/** What a VM asks of the host it runs on. Sizes in bytes. */
export interface VmSpec {
  memory: number;
  vcpus: number;
  arch: string;
  machine: string;
  accelerated: boolean;
  cpu: { mode: 'host-passthrough' | 'host-model' | 'maximum' | 'custom' | 'default'; model?: string };
  disks: VmDisk[];
  nics: VmNic[];
  /** Devices of this host given to the VM, in words: "PCI device 0000:03:00.0". */
  hostDevices: string[];
  /** Other files that have to be there for a start: kernel, initrd, shared folders. */
  files: { purpose: string; path: string }[];
  tpm: 'none' | 'emulated' | 'passthrough';
  nvramPath?: string;
}

export interface VmRecord {
  uuid: string;
  name: string;
  state: VmState;
  /** False for a VM that vanishes when it stops: it has no definition to keep. */
  persistent: boolean;
  /**
   * It is being received by live migration: it runs on the host that sends it, and here not before it has arrived. If that host dies,
   * it never will.
   */
  incoming?: boolean;
  autostart: boolean;
  spec: VmSpec;
  /** SHA-256 (hex) over everything in `VmContent`. */
  definitionHash: string;
}

export interface ContentFile {
  /** Relative to where the hypervisor keeps such files. */
  path: string;
  bytes: Buffer;
}

/** All that is needed to start a VM elsewhere, disks apart. Holds secrets (graphics passwords). */
export interface VmContent {
  xml: string;
  nvram?: Buffer;
  tpm: ContentFile[];
}

/** Total CPU time in nanoseconds since the VM started, and resident memory in bytes. */
export interface VmUsage {
  uuid: string;
  cpuTimeNs: number;
  memoryUsed: number;
}

/** What the VMs of other hosts could find here. */
export interface HypervisorFacts {
  arch: string;
  cpuModel?: string;
  acceleration: boolean;
  machines: string[];
  /** Active virtual networks. */
  networks: string[];
}

/** `changed`: a VM (or all, without `uuid`) may be different. `lost`: no answer any more. `found`: answers again. */
export type HypervisorEvent = { kind: 'changed'; uuid?: string } | { kind: 'lost' } | { kind: 'found' };

export interface MigrationOptions {
  signal?: AbortSignal;
  /**
   * It is known that `target` reaches the same disks. Hypervisors go by the kind of file system, and refuse to move a VM whose disks
   * are on shared storage of a kind that they do not know.
   */
  sharedDisks?: boolean;
  /** 0 to 100, whenever it changes. */
  onProgress?: (percent: number) => void;
}

/** All methods reject with `unreachable` while the hypervisor does not answer. */
export interface Hypervisor {
  readonly kind: 'libvirt' | 'embedded';
  version(): Promise<string>;
  vms(): Promise<VmRecord[]>;
  content(uuid: string): Promise<VmContent>;
  /** Running VMs only. */
  usage(): Promise<VmUsage[]>;
  facts(): Promise<HypervisorFacts>;
  /** True if there is a definition of this VM on this host although `vms` does not have it: the list is incomplete. */
  hasHiddenDefinition(uuid: string): Promise<boolean>;
  /**
   * Makes the VM known here, in place of a definition of the same uuid, with its NVRAM and TPM state; autostart is off. Rejects
   * with `invalid-input` if the hypervisor does not accept it, with `conflict` if another VM has its name.
   */
  define(uuid: string, content: VmContent): Promise<void>;
  /** What would keep the VM from being defined and started here, as far as can be told without doing either; empty: nothing. */
  obstacles(uuid: string, content: VmContent): Promise<string[]>;
  /** Forgets a VM that does not run, with the copies of its NVRAM and TPM state here; does nothing if it is not known. */
  undefine(uuid: string): Promise<void>;
  /**
   * Resolves when it runs; at once if it runs already. Rejects with `tool-failed` and the hypervisor's reason, with `cancelled` when
   * `signal` is aborted: then the start may still go on.
   */
  start(uuid: string, signal?: AbortSignal): Promise<void>;
  /** Takes its power. Resolves when it is certain that it does not run. */
  destroy(uuid: string): Promise<void>;
  /** Asks its guest to shut down. Resolves as soon as it is asked. */
  shutdown(uuid: string): Promise<void>;
  setAutostart(uuid: string, on: boolean): Promise<void>;
  /** Whether its guest agent answers; null: it has none. */
  agentAnswers(uuid: string): Promise<boolean | null>;
  /**
   * Uuids of the VMs whose process lives here, found without the hypervisor's word: it never rejects with `unreachable`, and tells
   * when everything else does.
   */
  processes(): Promise<string[]>;
  /**
   * Moves a running VM to `target` live, with its definition: afterwards it runs there and is defined there. Its definition here
   * stays, so that it is lost at no moment: `undefine` comes when `target` has it in safety. Rejects with `tool-failed` and the
   * reason, with `cancelled`, or with `busy` if it is being moved already; the VM then runs on here.
   */
  migrate(uuid: string, target: string, options?: MigrationOptions): Promise<void>;
  watch(listener: (event: HypervisorEvent) => void): Watch;
}
