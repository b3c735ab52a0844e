import { MinimeError } from '../../contract/errors.ts';
import { sleepOn, type WorldClock } from '../time/worldClock.ts';
import type { Timing } from '../timing.ts';
import type { Boot } from './boot.ts';
import type { EmbeddedHost } from './embeddedHost.ts';
import type { Guests, Instance } from './guests.ts';

export interface PowerOptions {
  clock: WorldClock;
  timing: Timing;
  guests: Guests;
  host: EmbeddedHost;
  boot: Boot;
  tell: (text: string) => void;
  onChange: () => void;
}

export interface Wanted {
  uuid: string;
  name: string;
  memory: number;
  vcpus: number;
  disk: string;
}

/** Starts and stops the processes of VMs on one host that is on. */
export class Power {
  readonly #options: PowerOptions;

  constructor(options: PowerOptions) {
    this.#options = options;
  }

  async start(wanted: Wanted, signal?: AbortSignal): Promise<void> {
    const { timing, boot, tell } = this.#options;
    const { uuid, name } = wanted;
    const there = boot.instances.get(uuid);
    if (there?.state === 'running') return;
    if (there !== undefined) throw this.#failed(name, 'Its start is under way already.');
    const fault = this.#fault(name);
    tell(`start ${name}`);
    if (fault === 'fails') {
      await sleepOn(this.#options.clock, timing.vmStartFailureMs);
      tell(`start ${name} fails`);
      throw this.#failed(name, 'internal error: qemu unexpectedly closed the monitor');
    }
    const instance = this.#open(wanted, fault);
    if (instance.hangs) return await cancelledBy(signal);
    const { clock } = this.#options;
    const coming = new Promise<void>((resolve, reject) => {
      clock.after(timing.vmStartMs, () => {
        if (boot.life.over) return;
        if (boot.instances.get(uuid) !== instance) {
          reject(this.#failed(name, 'The domain was destroyed while it started.'));
          return;
        }
        this.run(instance);
        resolve();
      });
    });
    await Promise.race([coming, cancelledBy(signal)]);
  }

  /** Its guest runs from now on. */
  run(instance: Instance): void {
    const { clock, boot, tell, onChange } = this.#options;
    instance.state = 'running';
    instance.runningSince = clock.now();
    instance.run = { host: boot.host, bootId: boot.id, from: clock.now() };
    instance.guest.runs.push(instance.run);
    tell(`${instance.guest.name} runs`);
    onChange();
  }

  /** Resolves when it is certain that it does not run. */
  async off(uuid: string): Promise<void> {
    const instance = this.#options.boot.instances.get(uuid);
    if (instance === undefined) return;
    if (instance.undying) {
      throw this.#failed(instance.guest.name, 'Its process does not end: Device or resource busy.');
    }
    this.drop(instance);
    this.#options.tell(`${instance.guest.name} is off`);
    this.#options.onChange();
  }

  /** The guest goes off by itself a little later. */
  shutdown(uuid: string): void {
    const { clock, timing, boot } = this.#options;
    const instance = boot.instances.get(uuid);
    if (instance === undefined || instance.state !== 'running') return;
    clock.after(timing.guestShutdownMs, () => {
      if (!boot.life.over && boot.instances.get(uuid) === instance) void this.off(uuid);
    });
  }

  /** The process is gone, in whatever way. */
  drop(instance: Instance): void {
    const { boot, clock } = this.#options;
    boot.spent += cpuTime(instance, clock.now());
    boot.instances.delete(instance.uuid);
    if (instance.guest.holder === instance) instance.guest.holder = undefined;
    if (instance.run !== undefined) instance.run.to = clock.now();
  }

  /** A process with the VM's disk open for writing. */
  #open({ uuid, name, memory, vcpus, disk }: Wanted, fault: 'hangs' | 'hangs-undying' | undefined): Instance {
    const { guests, boot, clock, host, tell } = this.#options;
    const guest = guests.on(disk);
    if (guest === undefined) throw this.#failed(name, `Could not open '${disk}': No such file or directory`);
    if (guest.holder !== undefined) {
      guests.doubleStarts.push({ name, on: host.name, runsOn: guest.holder.boot.host, at: clock.now() });
      tell(`start ${name} refused: its disk is in use on ${guest.holder.boot.host}`);
      throw this.#failed(name, `Failed to get "write" lock: is another process using the image [${disk}]?`);
    }
    const taken = [...boot.instances.values()].reduce((sum, other) => sum + other.memory, host.ownMemory);
    if (taken + memory > host.memory) {
      tell(`start ${name} fails: out of memory`);
      throw this.#failed(name, 'cannot set up guest memory: Cannot allocate memory');
    }
    const instance: Instance = {
      guest,
      uuid,
      boot,
      state: 'starting',
      hangs: fault !== undefined,
      undying: fault === 'hangs-undying',
      memory,
      vcpus,
      runningSince: undefined,
      run: undefined,
    };
    guest.holder = instance;
    boot.instances.set(uuid, instance);
    return instance;
  }

  #fault(name: string): 'fails' | 'hangs' | 'hangs-undying' | undefined {
    const { startFaults } = this.#options.host;
    const fault = startFaults.get(name);
    if (fault === undefined) return undefined;
    if (fault.times === undefined) return fault.kind;
    fault.times--;
    if (fault.times <= 0) startFaults.delete(name);
    // Below zero: used up on another host.
    return fault.times < 0 ? undefined : fault.kind;
  }

  #failed(name: string, cause: string): MinimeError {
    const { host } = this.#options;
    return new MinimeError({
      kind: 'tool-failed',
      message: `${name} does not start on ${host.name}.`,
      host: host.name,
      cause,
    });
  }
}

/** Core milliseconds since it was started; a guest uses no more than its vCPUs. */
export function cpuTime({ guest, runningSince, vcpus }: Instance, now: number): number {
  if (runningSince === undefined) return 0;
  return Math.min(guest.load.used(runningSince, now), (now - runningSince) * vcpus);
}

/** Rejects with `cancelled` once the signal is aborted. */
function cancelledBy(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    const cancelled = (): void =>
      reject(new MinimeError({ kind: 'cancelled', message: 'The start was given up; it may still go on.' }));
    if (signal?.aborted === true) cancelled();
    else signal?.addEventListener('abort', cancelled, { once: true });
  });
}
