import type { Boot } from './boot.ts';
import type { Domain } from './domains.ts';
import type { MovingLoad } from './load.ts';

/** What goes wrong when a VM is started on one host. */
export interface StartFault {
  /** `fails`: with a reason. `hangs`: comes up never, but can be stopped. `hangs-undying`: cannot be stopped either. */
  kind: 'fails' | 'hangs' | 'hangs-undying';
  /** So many times, on all hosts that share it; absent: always. */
  times?: number;
}

/** A machine, on or off: what it is and what it keeps. */
export interface EmbeddedHost {
  name: string;
  /** Bytes. */
  memory: number;
  cores: number;
  /** What the host itself uses. */
  ownMemory: number;
  load: MovingLoad;
  /** Definitions, by uuid. */
  domains: Map<string, Domain>;
  boot: Boot | undefined;
  boots: number;
  /** Whether whoever fences it succeeds. */
  fencing: 'works' | 'fails';
  /** Whether it comes up again after it was reset. */
  plugged: boolean;
  hypervisorAnswers: boolean;
  /** By VM name. */
  startFaults: Map<string, StartFault>;
}
