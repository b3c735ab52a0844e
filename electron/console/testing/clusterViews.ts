import type { HostView } from '../../../src/contract/consoleApi.ts';
import type { Sections, Vm } from '../../../src/contract/hostState.ts';

export const GB = 1024 ** 3;
export const CLUSTER = 'c1';

export function runningVm(name: string, memoryGb: number, more: Partial<Vm> = {}): Vm {
  return {
    uuid: `uuid-${name}`,
    name,
    state: 'running',
    memory: memoryGb * GB,
    vcpus: 2,
    definitionHash: '',
    disks: [],
    autostart: false,
    protection: { protected: true, findings: [] },
    ...more,
  };
}

export function clusterSection(
  members: Record<string, boolean>,
  more: Partial<Sections['cluster']> = {},
): Sections['cluster'] {
  return {
    engine: 'running',
    id: CLUSTER,
    name: 'demo',
    quorate: true,
    members: Object.entries(members).map(([name, online], index) => ({ name, nodeId: index + 1, online })),
    links: [],
    fencing: {
      method: 'sbd-disk',
      agents: ['fence_sbd'],
      enabled: true,
      devices: [],
      watchdog: { timeoutS: 5 },
      history: [],
    },
    quorumDisks: [],
    problems: [],
    ...more,
  };
}

export function systemSection(nodeName: string): Sections['system'] {
  return {
    hostname: nodeName,
    nodeName,
    machineId: nodeName,
    distribution: { id: 'debian', version: '12', prettyName: 'Debian' },
    kernel: '6.1',
    bootedAt: 0,
    vmclVersion: '0.1.0',
    hypervisor: { kind: 'libvirt', reachable: true },
    problems: [],
  };
}

export const loadOf = (freeGb: number, vms: Sections['load']['vms'] = {}): Sections['load'] => ({
  cores: 16,
  cpuPercent: 10,
  memoryTotal: 64 * GB,
  memoryFree: freeGb * GB,
  vms,
});

export const policySection = (more: Partial<Sections['policy']> = {}): Sections['policy'] => ({
  policy: null,
  maintenance: {},
  problems: [],
  ...more,
});

/** A host of 64 GB and 16 cores, online, that is a member with n1, n2 and n3. */
export function hostView(
  nodeName: string,
  vms: Vm[] = [],
  more: { sections?: Partial<Sections>; state?: HostView['connection']['state'] } = {},
): HostView {
  return {
    entry: { id: `h-${nodeName}`, address: `${nodeName}.example`, addedAt: 0 },
    connection: { state: more.state ?? 'online', since: 0 },
    lastHeardAt: 0,
    sections: {
      system: systemSection(nodeName),
      load: loadOf(32),
      vms: { vms },
      cluster: clusterSection({ n1: true, n2: true, n3: true }),
      policy: policySection(),
      ...more.sections,
    },
  };
}
