import { MinimeError } from '../../contract/errors.ts';
import type { Vm, VmsSection } from '../../contract/hostState.ts';
import type { Host } from '../host.ts';
import { judgePortability, type PortabilityView } from '../portability/findings.ts';
import type { PortabilityReader } from '../portability/reader.ts';
import { describeSource, sharing } from '../portability/storage.ts';
import type { VmRecord } from '../ports/hypervisor.ts';
import { rememberedAutostart } from '../takeover/autostart.ts';

/** Remembers what it saw last: when a state changed, and which VMs there were when the hypervisor went away. */
export class VmsReader {
  readonly #host: Host;
  readonly #portability: PortabilityReader;
  #last: readonly Vm[] | undefined;

  constructor(host: Host, portability: PortabilityReader) {
    this.#host = host;
    this.#portability = portability;
  }

  /** Rejects with `unreachable` if the hypervisor never answered: then nothing is known of any VM. */
  async read(): Promise<VmsSection> {
    const vms = await this.#present();
    const now = this.#host.clock.now();
    const stamped = vms.map((vm) => withSince(vm, this.#last, now));
    this.#last = stamped;
    return { vms: stamped };
  }

  async #present(): Promise<Vm[]> {
    try {
      const records = await this.#host.hypervisor.vms();
      const view = await this.#portability.view();
      const started = await rememberedAutostart(this.#host);
      return records.map((record) => ({
        ...describe(record, view),
        ...(started.has(record.uuid) ? { startedByVmcl: true } : {}),
      }));
    } catch (error) {
      if (!(error instanceof MinimeError) || this.#last === undefined) throw error;
      // They are not gone because nobody can say how they are.
      return this.#last.map((vm) => ({ ...vm, state: 'unknown' }));
    }
  }
}

function describe(record: VmRecord, view: PortabilityView): Vm {
  return {
    uuid: record.uuid,
    name: record.name,
    state: record.state,
    memory: record.spec.memory,
    vcpus: record.spec.vcpus,
    definitionHash: record.definitionHash,
    disks: record.spec.disks.map(({ target, source }) => ({
      target,
      shared: source !== undefined && sharing(source, view) === 'yes',
      ...(source === undefined ? {} : { source: describeSource(source) }),
    })),
    autostart: record.autostart,
    protection: judgePortability(record, view),
  };
}

function withSince(vm: Vm, last: readonly Vm[] | undefined, now: number): Vm {
  const before = last?.find(({ uuid }) => uuid === vm.uuid);
  if (before === undefined) return last === undefined ? vm : { ...vm, stateSince: now };
  if (before.state !== vm.state) return { ...vm, stateSince: now };
  return before.stateSince === undefined ? vm : { ...vm, stateSince: before.stateSince };
}
