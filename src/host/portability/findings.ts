import type { Finding } from '../../contract/finding.ts';
import type { Protection } from '../../contract/hostState.ts';
import type { VmDisk, VmNic, VmRecord } from '../ports/hypervisor.ts';
import type { PeerFacts } from './peerFacts.ts';
import { describeSource, isSharedPath, type StorageView, sharing } from './storage.ts';

export interface PortabilityView extends StorageView {
  host: string;
  /** By node name, this host left out. Empty: nothing is known of peers, and nothing is held against them. */
  peers: ReadonlyMap<string, PeerFacts>;
  own: PeerFacts | undefined;
}

type Vm = Pick<VmRecord, 'name' | 'persistent' | 'autostart' | 'spec'>;
export type Draft = Omit<Finding, 'host' | 'subject'>;

/** Why a VM could not, or could only with limits, be started on another host. An error means: not protected. */
export function judgePortability(vm: Vm, view: PortabilityView): Protection {
  const drafts = [
    ...judgePersistence(vm),
    ...vm.spec.disks.flatMap((disk) => judgeDisk(disk, view)),
    ...vm.spec.files.flatMap(({ purpose, path }) => judgeFile(purpose, path, view)),
    ...vm.spec.hostDevices.map(judgeHostDevice),
    ...judgeTpm(vm),
    ...uniqueNics(vm.spec.nics).flatMap((nic) => judgeNic(nic, view)),
    ...judgePlatform(vm, view),
    ...judgeCpu(vm, view),
    ...judgeAutostart(vm),
  ];
  const findings = drafts.map((draft) => ({ ...draft, host: view.host, subject: vm.name }));
  return { protected: !findings.some(({ severity }) => severity === 'error'), findings };
}

function judgePersistence({ persistent }: Vm): Draft[] {
  if (persistent) return [];
  return [
    {
      id: 'vm-transient',
      severity: 'error',
      title: 'The VM is transient: it has no definition.',
      cause: 'It was created without being defined and is gone when it stops.',
      remedy: 'Define it: virsh dumpxml VM > vm.xml, then virsh define vm.xml.',
    },
  ];
}

function judgeDisk(disk: VmDisk, view: StorageView): Draft[] {
  if (disk.source === undefined) return [];
  const where = describeSource(disk.source);
  const shared = sharing(disk.source, view);
  if (shared === 'yes') return [];
  if (shared === 'unknown') {
    return [
      {
        id: 'vm-disk-unknown',
        severity: 'warning',
        title: `This host cannot tell whether all hosts reach disk ${disk.target}.`,
        cause: `It is ${where}.`,
        remedy: 'Check that every host sees it under the same name.',
      },
    ];
  }
  if (disk.device === 'cdrom' || disk.device === 'floppy')
    return disk.optional ? [] : [localMedium(disk, where)];
  return [
    {
      id: 'vm-disk-local',
      severity: 'error',
      title: `Disk ${disk.target} is not on shared storage.`,
      cause: `${where} lies on a file system of this host alone.`,
      remedy: 'Move the disk to shared storage.',
    },
  ];
}

const localMedium = (disk: VmDisk, where: string): Draft => ({
  id: 'vm-medium-local',
  severity: 'error',
  title: `The medium in drive ${disk.target} is not on shared storage.`,
  cause: `A start on another host would fail for want of ${where}.`,
  remedy: "Eject it, put it on shared storage, or set startupPolicy='optional' on the drive.",
});

function judgeFile(purpose: string, path: string, view: StorageView): Draft[] {
  if (isSharedPath(path, view)) return [];
  return [
    {
      id: 'vm-file-local',
      severity: 'error',
      title: `The ${purpose} of the VM is not on shared storage.`,
      cause: `${path} lies on a file system of this host alone.`,
      remedy: 'Move it to shared storage and change the definition.',
    },
  ];
}

const judgeHostDevice = (device: string): Draft => ({
  id: 'vm-host-device',
  severity: 'error',
  title: `A device of this host is passed through to the VM: ${device}.`,
  cause: 'Another host does not have this device.',
  remedy: 'Take the device out of the VM, or accept that it stays down when its host fails.',
});

function judgeTpm({ spec }: Vm): Draft[] {
  if (spec.tpm !== 'passthrough') return [];
  return [
    {
      id: 'vm-tpm-passthrough',
      severity: 'error',
      title: "The VM uses this host's own TPM.",
      cause: 'What is sealed in it cannot be had on another host.',
      remedy: 'Use an emulated TPM; its state is kept with the definition.',
    },
  ];
}

const uniqueNics = (nics: readonly VmNic[]): VmNic[] => [
  ...new Map(nics.map((nic) => [JSON.stringify(nic), nic])).values(),
];

function judgeNic(nic: VmNic, { peers }: PortabilityView): Draft[] {
  switch (nic.kind) {
    case 'bridge':
      return judgePeers(peers, 'vm-bridge-missing', `bridge ${nic.bridge}`, (facts) =>
        facts.bridges.includes(nic.bridge),
      );
    case 'network':
      return judgePeers(peers, 'vm-network-missing', `active virtual network ${nic.network}`, (facts) =>
        facts.networks.includes(nic.network),
      );
    case 'direct':
      return judgePeers(peers, 'vm-card-missing', `network card ${nic.interface}`, (facts) =>
        [...facts.cards, ...facts.bridges].includes(nic.interface),
      );
    case 'other':
      return [];
  }
}

function judgePlatform({ spec }: Vm, { peers }: PortabilityView): Draft[] {
  const machine = judgePeers(
    peers,
    'vm-machine-missing',
    `machine type ${spec.arch} ${spec.machine}`,
    ({ machines, arch }) => arch === spec.arch && machines.includes(spec.machine),
  );
  if (!spec.accelerated) return machine;
  const kvm = judgePeers(
    peers,
    'vm-acceleration-missing',
    'hardware virtualisation (KVM)',
    ({ acceleration }) => acceleration,
  );
  return [...machine, ...kvm];
}

/** An error if no peer has it, a warning if some lack it. */
function judgePeers(
  peers: ReadonlyMap<string, PeerFacts>,
  id: string,
  what: string,
  has: (facts: PeerFacts) => boolean,
): Draft[] {
  const lacking = [...peers].filter(([, facts]) => !has(facts)).map(([name]) => name);
  if (lacking.length === 0) return [];
  const nowhere = lacking.length === peers.size;
  return [
    {
      id,
      severity: nowhere ? 'error' : 'warning',
      title: nowhere ? `No other host has the ${what}.` : `Not every other host has the ${what}.`,
      cause: `${lacking.join(', ')} ${lacking.length === 1 ? 'lacks' : 'lack'} it; the VM cannot start there.`,
      remedy: `Set it up on ${lacking.join(', ')}, or change the VM.`,
    },
  ];
}

/** A restart is a cold start, so a different CPU is no obstacle; it can be a surprise to the guest. */
function judgeCpu({ spec }: Vm, { peers, own }: PortabilityView): Draft[] {
  if (spec.cpu.mode !== 'host-passthrough' && spec.cpu.mode !== 'host-model') return [];
  if (own === undefined) return [];
  const different = [...peers].filter(([, facts]) => facts.cpuModel !== own.cpuModel).map(([name]) => name);
  if (different.length === 0) return [];
  return [
    {
      id: 'vm-cpu-differs',
      severity: 'warning',
      title: `The VM sees the host's own CPU (${spec.cpu.mode}), and it is not the same everywhere.`,
      cause: `Another model than ${own.cpuModel ?? 'the one here'}: ${different.join(', ')}.`,
      remedy: 'Choose a named CPU model that all hosts have, if the guest minds a different CPU.',
    },
  ];
}

function judgeAutostart({ autostart }: Vm): Draft[] {
  if (!autostart) return [];
  return [
    {
      id: 'vm-autostart',
      severity: 'warning',
      title: 'libvirt starts the VM by itself when this host boots.',
      cause:
        'After a failure it may by then run on another host; only the lock on its disk keeps it from running twice.',
      remedy: 'Switch autostart off: virsh autostart --disable VM.',
    },
  ];
}
