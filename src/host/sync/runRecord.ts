import type { Host } from '../host.ts';
import { noteCpu } from '../machine/cpuSamples.ts';
import { PortabilityReader } from '../portability/reader.ts';
import type { VmRecord } from '../ports/hypervisor.ts';
import { hasFlag } from '../takeover/flags.ts';
import { type RunRecord, readRunRecord, writeRunRecord } from '../takeover/runRecord.ts';
import type { DiskKey } from '../takeover/signedFile.ts';
import { isNews, wantedOf } from './running.ts';
import { nextSample, readSample, writeSample } from './usage.ts';

/**
 * Notes on this host's quorum disk which VMs run. Between a boot and the rejoin the record still tells what is to be
 * started. Not while the host shuts down: what stops now was wanted. Only for whoever holds the sync lock.
 */
export async function noteRunning(host: Host, disk: DiskKey, vms: readonly VmRecord[]): Promise<void> {
  if (await hasFlag(host, 'shutting-down')) return;
  const before = await genuine(disk);
  const present = await presentRecord(host, vms, before);
  const after = (await hasFlag(host, 'rejoined')) ? present : withLastBoot(before, present);
  if (isNews(before, after)) await writeRunRecord(disk, after);
}

/** What the last boot wants is still to be started; what others had started here in the meantime is wanted as well. */
function withLastBoot(before: RunRecord | undefined, present: RunRecord): RunRecord {
  if (before === undefined || before.bootId === present.bootId) return present;
  const known = new Set(before.vms.map(({ uuid }) => uuid));
  return { ...before, vms: [...before.vms, ...present.vms.filter(({ uuid }) => !known.has(uuid))] };
}

/** Rejects with `unreachable` while the hypervisor does not answer. */
export async function presentRecord(
  host: Host,
  vms: readonly VmRecord[],
  before: RunRecord | undefined,
): Promise<RunRecord> {
  const now = host.clock.now();
  const usage = nextSample(await readSample(host.paths.state), await host.hypervisor.usage(), now);
  await writeSample(host.paths.state, usage);
  await noteCpu(host);
  const { bootId } = await host.machine.identity();
  const portability = await new PortabilityReader(host).view();
  const known = before?.bootId === bootId ? before.vms : [];
  return {
    format: 1,
    bootId,
    at: now,
    vms: wantedOf({ vms, usage, portability, before: known }),
  };
}

export async function genuine(disk: DiskKey): Promise<RunRecord | undefined> {
  const found = await readRunRecord(disk);
  return found.state === 'good' ? found.value : undefined;
}
