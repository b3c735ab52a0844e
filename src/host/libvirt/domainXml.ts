import { z } from 'zod';
import { MinimeError } from '../../contract/errors.ts';
import type { VmDisk, VmNic, VmSource, VmSpec } from '../ports/hypervisor.ts';
import { attribute, child, children, parseXml, text, type XmlNode } from '../xml.ts';

/** What a VM needs from its host, from its inactive domain XML. Throws `invalid-input` for XML that is no domain. */
export function parseDomain(xml: string): VmSpec & { uuid: string; name: string } {
  const domain = parseXml(xml, 'domain');
  const uuid = z.uuid().safeParse(text(child(domain, 'uuid')));
  const name = text(child(domain, 'name'));
  if (!uuid.success || name === '') {
    throw new MinimeError({ kind: 'invalid-input', message: 'libvirt gave a domain without name or uuid.' });
  }
  const os = child(domain, 'os');
  const devices = child(domain, 'devices');
  const type = child(os, 'type');
  const nvramPath = text(child(os, 'nvram'));
  return {
    uuid: uuid.data,
    name,
    memory: bytesOf(child(domain, 'memory')),
    vcpus: Math.max(1, Number(text(child(domain, 'vcpu'))) || 1),
    arch: attribute(type, 'arch'),
    machine: attribute(type, 'machine'),
    accelerated: attribute(domain, 'type') === 'kvm',
    cpu: cpuOf(child(domain, 'cpu')),
    disks: children(devices, 'disk').map(diskOf),
    nics: children(devices, 'interface').map(nicOf),
    hostDevices: hostDevicesOf(devices),
    files: filesOf(os, devices),
    tpm: tpmOf(devices),
    ...(nvramPath === '' ? {} : { nvramPath }),
  };
}

/** libvirt's unit names: "KB" is 1000 bytes, "KiB" and "k" are 1024; without a unit it is KiB. */
const units: Record<string, number> = {
  b: 1,
  bytes: 1,
  kb: 1e3,
  k: 2 ** 10,
  kib: 2 ** 10,
  mb: 1e6,
  m: 2 ** 20,
  mib: 2 ** 20,
  gb: 1e9,
  g: 2 ** 30,
  gib: 2 ** 30,
  tb: 1e12,
  t: 2 ** 40,
  tib: 2 ** 40,
};

function bytesOf(memory: XmlNode | undefined): number {
  const unit = units[(attribute(memory, 'unit') || 'KiB').toLowerCase()] ?? 2 ** 10;
  return (Number(text(memory)) || 0) * unit;
}

function cpuOf(cpu: XmlNode | undefined): VmSpec['cpu'] {
  const mode = attribute(cpu, 'mode');
  const model = text(child(cpu, 'model'));
  switch (mode) {
    case 'host-passthrough':
    case 'host-model':
    case 'maximum':
      return { mode };
    default:
      return model === '' ? { mode: 'default' } : { mode: 'custom', model };
  }
}

function diskOf(disk: XmlNode): VmDisk {
  const device = attribute(disk, 'device') || 'disk';
  const source = child(disk, 'source');
  const from = source === undefined ? undefined : sourceOf(attribute(disk, 'type'), source);
  const policy = attribute(source, 'startupPolicy');
  return {
    target: attribute(child(disk, 'target'), 'dev'),
    device: device === 'cdrom' || device === 'floppy' || device === 'lun' ? device : 'disk',
    optional: policy === 'optional' || policy === 'requisite',
    ...(from === undefined ? {} : { source: from }),
  };
}

function sourceOf(type: string, source: XmlNode): VmSource | undefined {
  switch (type) {
    case 'file':
      return present('file', attribute(source, 'file'));
    case 'dir':
      return present('file', attribute(source, 'dir'));
    case 'block':
      return present('block', attribute(source, 'dev'));
    case 'network':
      return { kind: 'network', protocol: attribute(source, 'protocol'), name: attribute(source, 'name') };
    case 'volume':
      return { kind: 'volume', pool: attribute(source, 'pool'), volume: attribute(source, 'volume') };
    default:
      return { kind: 'unknown', text: `a disk of type ${type}` };
  }
}

const present = (kind: 'file' | 'block', path: string): VmSource | undefined =>
  path === '' ? undefined : { kind, path };

function nicOf(nic: XmlNode): VmNic {
  const source = child(nic, 'source');
  switch (attribute(nic, 'type')) {
    case 'bridge':
      return { kind: 'bridge', bridge: attribute(source, 'bridge') };
    case 'network':
      return { kind: 'network', network: attribute(source, 'network') };
    case 'direct':
      return { kind: 'direct', interface: attribute(source, 'dev') };
    default:
      return { kind: 'other' };
  }
}

function hostDevicesOf(devices: XmlNode | undefined): string[] {
  const passed = children(devices, 'hostdev').map((device) => {
    const type = attribute(device, 'type') || attribute(device, 'mode');
    return `${type.toUpperCase()} device ${addressOf(child(device, 'source'))}`.trim();
  });
  const cards = children(devices, 'interface')
    .filter((nic) => attribute(nic, 'type') === 'hostdev')
    .map((nic) => `network card ${addressOf(child(nic, 'source'))}`.trim());
  const ports = ['serial', 'parallel', 'channel']
    .flatMap((name) => children(devices, name))
    .filter((port) => attribute(port, 'type') === 'dev')
    .map((port) => `port ${attribute(child(port, 'source'), 'path')}`);
  const drives = children(devices, 'disk')
    .filter((disk) => attribute(disk, 'type') === 'nvme')
    .map((disk) => `NVMe drive ${addressOf(child(disk, 'source'))}`);
  return [...passed, ...cards, ...ports, ...drives];
}

function addressOf(source: XmlNode | undefined): string {
  const address = child(source, 'address');
  const uuid = attribute(address, 'uuid');
  if (uuid !== '') return uuid;
  const number = (name: string, digits: number): string =>
    Number(attribute(address, name)).toString(16).padStart(digits, '0');
  if (attribute(address, 'slot') !== '') {
    return `${number('domain', 4)}:${number('bus', 2)}:${number('slot', 2)}.${number('function', 1)}`;
  }
  const vendor = attribute(child(source, 'vendor'), 'id');
  if (vendor !== '') return `${vendor}:${attribute(child(source, 'product'), 'id')}`;
  return attribute(child(source, 'adapter'), 'name');
}

function filesOf(os: XmlNode | undefined, devices: XmlNode | undefined): VmSpec['files'] {
  const boot = ['kernel', 'initrd', 'dtb'].map((purpose) => ({ purpose, path: text(child(os, purpose)) }));
  // Firmware below /usr comes with a package that deployment finds on every host.
  const loader = { purpose: 'firmware', path: text(child(os, 'loader')) };
  const folders = children(devices, 'filesystem').map((folder) => ({
    purpose: 'shared folder',
    path: attribute(child(folder, 'source'), 'dir') || attribute(child(folder, 'source'), 'file'),
  }));
  return [...boot, ...(loader.path.startsWith('/usr/') ? [] : [loader]), ...folders].filter(
    ({ path }) => path !== '',
  );
}

function tpmOf(devices: XmlNode | undefined): VmSpec['tpm'] {
  const backend = attribute(child(child(devices, 'tpm'), 'backend'), 'type');
  if (backend === '') return 'none';
  return backend === 'emulator' ? 'emulated' : 'passthrough';
}
