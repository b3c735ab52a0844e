import { MinimeError } from '../../contract/errors.ts';
import type { MigrationOptions } from '../../host/ports/hypervisor.ts';
import type { EmbeddedCluster } from '../embeddedCluster.ts';
import { sleepOn } from '../time/worldClock.ts';
import type { Boot } from './boot.ts';
import type { Domain } from './domains.ts';
import type { Instance } from './guests.ts';

const steps = 4;

/** Live migration, with the definition, of which the copy at the source stays: what libvirt does with `--persistent`. */
export async function migrate(
  cluster: EmbeddedCluster,
  source: Boot,
  uuid: string,
  target: string,
  { signal, onProgress }: MigrationOptions,
): Promise<void> {
  const { clock, timing } = cluster.options;
  const fail = (cause: string): MinimeError =>
    new MinimeError({
      kind: 'tool-failed',
      message: `A VM was not moved from ${source.host} to ${target}.`,
      host: source.host,
      cause,
    });
  const parts = (): { vm: Instance; domain: Domain; to: Boot } => {
    const vm = source.instances.get(uuid);
    const domain = cluster.host(source.host).domains.get(uuid);
    const { boot: to, hypervisorAnswers } = cluster.host(target);
    if (vm?.state !== 'running' || domain === undefined) throw fail('domain is not running');
    if (to === undefined || !cluster.reaches(source, target)) throw fail(`unable to connect to ${target}`);
    if (!hypervisorAnswers) throw fail(`the hypervisor of ${target} does not answer`);
    return { vm, domain, to };
  };
  for (let step = 1; step <= steps; step++) {
    const { vm, to } = parts();
    const taken = [...to.instances.values()].reduce(
      (sum, one) => sum + one.memory,
      cluster.host(target).ownMemory,
    );
    if (taken + vm.memory > cluster.host(target).memory) throw fail('Cannot allocate memory');
    await sleepOn(clock, timing.migrationStepMs);
    if (signal?.aborted === true) {
      throw new MinimeError({ kind: 'cancelled', message: 'The move was cancelled; the VM runs on.' });
    }
    onProgress?.((step / steps) * 100);
  }
  const { vm, domain, to } = parts();
  const now = clock.now();
  source.instances.delete(uuid);
  if (vm.run !== undefined) vm.run.to = now;
  const run = { host: target, bootId: to.id, from: now };
  const moved: Instance = { ...vm, boot: to, run };
  vm.guest.runs.push(run);
  vm.guest.holder = moved;
  to.instances.set(uuid, moved);
  cluster.host(target).domains.set(uuid, { ...domain, autostart: false });
  cluster.tell(target, `${vm.guest.name} arrives from ${source.host}`);
  cluster.vmsChanged(source);
  cluster.vmsChanged(to);
}
