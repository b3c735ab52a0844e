import type { HypervisorEvent } from '../../host/ports/hypervisor.ts';
import type { Instance } from './guests.ts';
import { Life } from './life.ts';
import { Locks } from './locks.ts';

/** A host from power on to power off. */
export class Boot {
  readonly host: string;
  readonly id: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly life = new Life();
  /** Resolves when it is over. */
  readonly ended: Promise<void>;
  /** Its programs run; before, it is coming up. */
  booted = false;
  /** The cluster engine runs. */
  engineUp = false;
  /** By VM uuid. */
  readonly instances = new Map<string, Instance>();
  /** Homes of the quorum disks mounted here. */
  readonly mounts = new Set<string>();
  readonly locks = new Locks();
  readonly hypervisorListeners = new Set<(event: HypervisorEvent) => void>();
  readonly engineListeners = new Set<() => void>();
  /** CPU time in core milliseconds of VMs that ran and do not any more. */
  spent = 0;

  constructor(host: string, number: number, at: number) {
    this.host = host;
    this.id = `${host}-boot-${number}`;
    this.at = at;
    this.ended = new Promise((resolve) => this.life.onEnd(resolve));
  }
}
