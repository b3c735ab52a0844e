import { initialPolicy, type Policy } from '../../contract/policy.ts';
import { restartOrder } from '../../planner/restartOrder.ts';
import type { Host } from '../host.ts';
import { policyOf, readPolicy } from '../policy/policy.ts';
import type { VmRecord } from '../ports/hypervisor.ts';
import { freezeRunRecord, noteAllStopped } from '../takeover/freeze.ts';
import { runMoves } from './mover.ts';
import { addRequest } from './requests.ts';

/** systemd gives the whole of it 25 minutes. */
const movingMs = 15 * 60_000;
const shuttingDownMs = 5 * 60_000;
const lookEveryMs = 1000;

/**
 * Sees to the VMs of a host that goes down in good order. What it stops still counts as wanted: by the policy, others start it then, or
 * this host does when it is back. Nothing here may keep the host from going down.
 */
export async function shutDownHost(host: Host): Promise<void> {
  const policy = await policyInForce(host);
  await attempt(host, 'the run record could not be frozen', () => freezeRunRecord(host));
  if (policy.takeover.hostShutdown === 'migrate') {
    await attempt(host, 'VMs could not be moved off', () => moveOff(host));
  }
  await attempt(host, 'VMs could not be shut down', async () => {
    await stopVms(host, policy);
    // Others may start them from now on: only if nothing at all is left here.
    if ((await host.hypervisor.processes()).length === 0) await noteAllStopped(host);
  });
}

async function policyInForce(host: Host): Promise<Policy> {
  try {
    return policyOf(await readPolicy(host));
  } catch (error) {
    host.log.error({ error }, 'the policy cannot be read: the initial one counts');
    return initialPolicy;
  }
}

async function attempt(host: Host, failure: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    host.log.error({ error }, failure);
  }
}

async function moveOff(host: Host): Promise<void> {
  await addRequest(host, { kind: 'evacuate', reason: 'shutdown' });
  const done = new AbortController();
  const late = new AbortController();
  void host.clock.sleep(movingMs, done.signal).then(
    () => late.abort(),
    () => undefined,
  );
  try {
    await runMoves(host, late.signal);
  } finally {
    done.abort();
  }
}

/**
 * Last tier first, so that what others depend on goes last. Each tier is given its share of the time that is left; what has not
 * ended by then loses its power at the end.
 */
export async function stopVms(host: Host, policy: Policy): Promise<void> {
  const tiers = new Map<number, VmRecord[]>();
  for (const { vm, tier } of restartOrder(policy, await activeVms(host))) {
    tiers.set(tier, [...(tiers.get(tier) ?? []), vm]);
  }
  const end = host.clock.elapsed() + shuttingDownMs;
  const order = [...tiers].sort(([a], [b]) => b - a).map(([, vms]) => vms);
  for (const [index, vms] of order.entries()) {
    await Promise.all(vms.map((vm) => askToShutDown(host, vm)));
    const now = host.clock.elapsed();
    await waitUntilStopped(host, vms, now + (end - now) / (order.length - index));
  }
  for (const vm of await activeVms(host)) {
    host.log.warn({ vm: vm.name }, 'a VM has not shut down in time and loses its power');
    await attempt(host, 'a VM could not be stopped', () => host.hypervisor.destroy(vm.uuid));
  }
}

const activeStates: readonly VmRecord['state'][] = ['running', 'paused', 'suspended', 'shutting-down'];

async function activeVms(host: Host): Promise<VmRecord[]> {
  return (await host.hypervisor.vms()).filter(({ state }) => activeStates.includes(state));
}

async function askToShutDown(host: Host, vm: VmRecord): Promise<void> {
  await attempt(host, `${vm.name} cannot be asked to shut down`, () => host.hypervisor.shutdown(vm.uuid));
}

async function waitUntilStopped(host: Host, vms: readonly VmRecord[], until: number): Promise<void> {
  const uuids = new Set(vms.map(({ uuid }) => uuid));
  while (host.clock.elapsed() < until) {
    const left = (await activeVms(host)).filter(({ uuid }) => uuids.has(uuid));
    // A paused guest hears of nothing.
    if (left.every(({ state }) => state === 'paused' || state === 'suspended')) return;
    await host.clock.sleep(lookEveryMs);
  }
}
