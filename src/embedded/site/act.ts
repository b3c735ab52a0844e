import type { EmbeddedAction } from '../../contract/embedded.ts';
import { MinimeError } from '../../contract/errors.ts';
import {
  cutLink,
  fillDisk,
  healNetwork,
  mendLink,
  partition,
  setDiskFault,
  setStartFault,
  shutDownVm,
  startVm,
} from '../breakage.ts';
import type { EmbeddedCluster } from '../embeddedCluster.ts';
import type { StartFault } from '../world/embeddedHost.ts';
import type { Rig } from './rig.ts';

/** Does to the embedded clusters what the admin asked for. Rejects with `not-found`, `conflict` or `invalid-input`. */
export async function act(rigs: readonly Rig[], action: EmbeddedAction): Promise<void> {
  switch (action.kind) {
    case 'kill-host':
      return withHost(rigs, action.host).kill(action.host);
    case 'crash-host':
      return withHost(rigs, action.host).crash(action.host);
    case 'boot-host': {
      const cluster = withHost(rigs, action.host);
      // One that crashed is switched off and on again.
      if (cluster.host(action.host).boot?.life.over === true) cluster.kill(action.host);
      return cluster.powerOn(action.host);
    }
    case 'shut-down-host':
      void withHost(rigs, action.host).shutDown(action.host);
      return;
    case 'cut-link':
      return cutLink(withHost(rigs, action.host), action.link, action.host);
    case 'mend-link':
      return mendLink(withHost(rigs, action.host), action.link, action.host);
    case 'partition':
      return part(rigs, action.hosts);
    case 'heal-network':
      for (const { cluster } of rigs) healNetwork(cluster);
      return;
    case 'start-vm':
      return await start(rigs, action.vm);
    case 'shut-down-vm': {
      const { rig, name } = withVm(rigs, action.vm);
      return shutDownVm(rig.cluster, name);
    }
    case 'vm-starts': {
      const { rig, name } = withVm(rigs, action.vm);
      const fault = startFaultOf[action.how]();
      for (const host of rig.cluster.hosts.keys()) setStartFault(rig.cluster, name, host, fault);
      return;
    }
    case 'tamper-definition': {
      const { rig, name } = withVm(rigs, action.vm);
      if (await rig.tampering.tamper(name)) return;
      throw new MinimeError({
        kind: 'not-found',
        message: `No quorum disk holds a definition of ${name}.`,
        remedy: 'Wait until it has been synced, which takes a few seconds after its start.',
      });
    }
    case 'restore-definition': {
      const { rig, name } = withVm(rigs, action.vm);
      return await rig.tampering.restore(name);
    }
    case 'quorum-disk': {
      const cluster = withHost(rigs, action.host);
      if (action.becomes === 'full') return fillDisk(cluster, action.host);
      return setDiskFault(cluster, action.host, action.becomes === 'good' ? undefined : action.becomes);
    }
    case 'fencing':
      withHost(rigs, action.host).host(action.host).fencing = action.works ? 'works' : 'fails';
      return;
    case 'hypervisor': {
      const cluster = withHost(rigs, action.host);
      const host = cluster.host(action.host);
      host.hypervisorAnswers = action.answers;
      const kind = action.answers ? 'found' : 'lost';
      for (const listener of host.boot?.hypervisorListeners ?? []) listener({ kind });
      return;
    }
  }
}

/** All hosts share one, so that it is used up on whichever comes first. */
const startFaultOf: Record<'work' | 'fail' | 'hang' | 'hang-once', () => StartFault | undefined> = {
  work: () => undefined,
  fail: () => ({ kind: 'fails' }),
  hang: () => ({ kind: 'hangs' }),
  'hang-once': () => ({ kind: 'hangs', times: 1 }),
};

function part(rigs: readonly Rig[], hosts: readonly string[]): void {
  const cluster = withHost(rigs, hosts[0] ?? '');
  const others = hosts.filter((host) => !cluster.hosts.has(host));
  if (others.length > 0 || new Set(hosts).size === cluster.hosts.size) {
    throw new MinimeError({
      kind: 'invalid-input',
      message:
        others.length > 0
          ? `${others.join(', ')} belongs to another cluster.`
          : 'All hosts of the cluster would be on the same side.',
      remedy: 'Choose some of the hosts of one cluster, not all.',
    });
  }
  partition(cluster, hosts);
}

async function start(rigs: readonly Rig[], vm: string): Promise<void> {
  const { rig, name } = withVm(rigs, vm);
  const { cluster } = rig;
  if (cluster.guests.named(name).holder !== undefined) {
    throw new MinimeError({ kind: 'conflict', message: `${name} runs already, or is being started.` });
  }
  const homes = [...cluster.hosts.values()].filter(({ domains }) => domains.has(vm));
  const boot = homes.find((host) => host.boot?.booted === true && !host.boot.life.over)?.boot;
  if (boot === undefined) {
    throw new MinimeError({
      kind: 'unreachable',
      message: `${name} cannot be started: no host that has its definition is on.`,
      remedy: `Boot ${homes.map((host) => host.name).join(' or ')}.`,
    });
  }
  // How it goes is shown by the VM's state.
  startVm(cluster, name, boot).catch((error: unknown) =>
    cluster.tell(boot.host, `${name} was not started by hand: ${String(error)}`),
  );
}

function withHost(rigs: readonly Rig[], host: string): EmbeddedCluster {
  const rig = rigs.find(({ cluster }) => cluster.hosts.has(host));
  if (rig !== undefined) return rig.cluster;
  throw new MinimeError({ kind: 'not-found', message: `There is no embedded host ${host}.` });
}

function withVm(rigs: readonly Rig[], uuid: string): { rig: Rig; name: string } {
  for (const rig of rigs) {
    const guest = rig.cluster.guests.all().find((one) => one.uuid === uuid);
    if (guest !== undefined) return { rig, name: guest.name };
  }
  throw new MinimeError({ kind: 'not-found', message: `There is no embedded VM ${uuid}.` });
}
