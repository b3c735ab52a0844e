import type { Boot } from './boot.ts';
import type { MovingLoad } from './load.ts';

/** One time that a guest ran, as it notes itself on its disk. Times in milliseconds of the world. */
export interface Run {
  host: string;
  bootId: string;
  from: number;
  to?: number;
}

/** A virtual machine from inside: it lives on a disk on shared storage, and counts there how often it was booted. */
export interface Guest {
  uuid: string;
  name: string;
  disk: string;
  load: MovingLoad;
  /** How long after its start the guest agent answers; null: it has none. */
  agentAfterMs: number | null;
  runs: Run[];
  /** Who has the disk open for writing. */
  holder: Instance | undefined;
}

/** A process of the hypervisor. */
export interface Instance {
  guest: Guest;
  uuid: string;
  boot: Boot;
  state: 'starting' | 'running';
  /** It was told to start, and never will. */
  hangs: boolean;
  /** Nothing stops it. */
  undying: boolean;
  /** Bytes. */
  memory: number;
  vcpus: number;
  runningSince: number | undefined;
  run: Run | undefined;
}

/** All guests, by the path of their disk. */
export class Guests {
  readonly #byDisk = new Map<string, Guest>();
  /** A second process that wanted a disk which another had open: the last defence held, and should not have been needed. */
  readonly doubleStarts: { name: string; on: string; runsOn: string; at: number }[] = [];

  add(guest: Guest): void {
    this.#byDisk.set(guest.disk, guest);
  }

  on(disk: string): Guest | undefined {
    return this.#byDisk.get(disk);
  }

  named(name: string): Guest {
    const guest = this.all().find((one) => one.name === name);
    if (guest === undefined) throw new Error(`no VM is called ${name}`);
    return guest;
  }

  all(): Guest[] {
    return [...this.#byDisk.values()];
  }
}
