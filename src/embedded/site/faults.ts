import type { EmbeddedFault } from '../../contract/embedded.ts';
import type { EmbeddedCluster } from '../embeddedCluster.ts';
import type { EmbeddedHost } from '../world/embeddedHost.ts';
import { quorumDiskBytes } from '../world/sharedStorage.ts';

/** What is broken on purpose in one cluster now, each with what repairs it. */
export function faultsOf(cluster: EmbeddedCluster, tampered: readonly string[]): EmbeddedFault[] {
  return [
    ...[...cluster.hosts.values()].flatMap((host) => hostFaults(host)),
    ...networkFaults(cluster),
    ...diskFaults(cluster),
    ...startFaults(cluster),
    ...tampered.map((name) => {
      const vm = cluster.guests.named(name).uuid;
      return {
        id: `tampered-${vm}`,
        title: `The definition of ${name} on the quorum disk was tampered with.`,
        vm,
        undo: { kind: 'restore-definition' as const, vm },
      };
    }),
  ];
}

function hostFaults({ name: host, boot, fencing, hypervisorAnswers }: EmbeddedHost): EmbeddedFault[] {
  const faults: EmbeddedFault[] = [];
  const undo = { kind: 'boot-host' as const, host };
  if (boot === undefined) faults.push({ id: `off-${host}`, title: `${host} is switched off.`, host, undo });
  else if (boot.life.over) faults.push({ id: `crashed-${host}`, title: `${host} has crashed.`, host, undo });
  if (fencing === 'fails') {
    faults.push({
      id: `fencing-${host}`,
      title: `${host} cannot be fenced.`,
      host,
      undo: { kind: 'fencing', host, works: true },
    });
  }
  if (!hypervisorAnswers) {
    faults.push({
      id: `hypervisor-${host}`,
      title: `The hypervisor of ${host} does not answer.`,
      host,
      undo: { kind: 'hypervisor', host, answers: true },
    });
  }
  return faults;
}

function networkFaults({ network, id }: EmbeddedCluster): EmbeddedFault[] {
  const { sides, cutLinks } = network.faults();
  return [
    ...sides.map((hosts) => ({
      id: `partition-${id}-${hosts.join('-')}`,
      title: `${listed(hosts)} ${hosts.length === 1 ? 'hears' : 'hear'} no other host.`,
      undo: { kind: 'heal-network' as const },
    })),
    ...cutLinks.map(({ link, host }) => ({
      id: `link-${link}-${host}`,
      title: `Heartbeat link ${link} of ${host} is cut.`,
      host,
      undo: { kind: 'mend-link' as const, host, link },
    })),
  ];
}

const diskWords = {
  'read-only': 'can only be read',
  unreadable: 'cannot be read',
  gone: 'is gone',
};

function diskFaults({ disks }: EmbeddedCluster): EmbeddedFault[] {
  return [...disks.values()].flatMap(({ home, fault, filler }) => {
    if (fault === undefined && filler < quorumDiskBytes) return [];
    const what = fault === undefined ? 'is full' : diskWords[fault];
    const undo = { kind: 'quorum-disk' as const, host: home, becomes: 'good' as const };
    return [{ id: `disk-${home}`, title: `The quorum disk of ${home} ${what}.`, host: home, undo }];
  });
}

/** A fault is the same on all hosts, or was used up on one of them. */
function startFaults({ hosts, guests }: EmbeddedCluster): EmbeddedFault[] {
  const kinds = new Map<string, 'fails' | 'hangs' | 'hangs-undying'>();
  for (const { startFaults: faults } of hosts.values()) {
    for (const [vm, { kind, times }] of faults) if (times !== 0) kinds.set(vm, kind);
  }
  return [...kinds].map(([name, kind]) => {
    const vm = guests.named(name).uuid;
    return {
      id: `start-${vm}`,
      title: `${name} ${kind === 'fails' ? 'fails to start' : 'hangs when it is started'}.`,
      vm,
      undo: { kind: 'vm-starts' as const, vm, how: 'work' as const },
    };
  });
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
