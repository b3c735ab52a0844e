/** CPU time of all cores together since boot, in clock ticks. */
export interface CpuTicks {
  busy: number;
  total: number;
}

export interface MachineIdentity {
  hostname: string;
  machineId: string;
  distribution: { id: string; version: string; prettyName: string };
  kernel: string;
  /** Unix milliseconds. */
  bootedAt: number;
  /** Another one for every boot, whatever becomes of the clock. */
  bootId: string;
}

export interface Mount {
  folder: string;
  fsType: string;
  source: string;
  readOnly: boolean;
}

/** The host as a machine: what its kernel tells. */
export interface Machine {
  identity(): Promise<MachineIdentity>;
  cpu(): Promise<CpuTicks & { cores: number }>;
  /** Bytes. `free` is what a new VM could get without swapping. */
  memory(): Promise<{ total: number; free: number }>;
  mounts(): Promise<Mount[]>;
  /** Network cards and bridges that a VM of another host may ask for. */
  networkCards(): Promise<{ bridges: string[]; cards: string[] }>;
  /** Addresses of its network cards, with the bits of their networks. */
  addresses(): Promise<{ card: string; address: string; prefixLength: number }[]>;
  /** Whether somebody answers at an address; false also where that cannot be tried. */
  answersAt(address: string): Promise<boolean>;
  /** Whether the clock follows a time source; undefined where nothing can tell. */
  clockSynchronised(): Promise<boolean | undefined>;
}
