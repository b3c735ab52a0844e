import { hashContent } from '../../host/libvirt/content.ts';
import { parseDomain } from '../../host/libvirt/domainXml.ts';
import type { VmContent, VmSpec } from '../../host/ports/hypervisor.ts';

/** A definition that a host's hypervisor keeps, also while the host is off. */
export interface Domain {
  uuid: string;
  name: string;
  spec: VmSpec;
  content: VmContent;
  hash: string;
  autostart: boolean;
}

/** Reading XML is slow beside everything else here, and the same few definitions are read over and over. */
const known = new Map<string, ReturnType<typeof parseDomain>>();
const knownAtMost = 5_000;

/** Throws `invalid-input` if it is no domain. */
export function domainOf(content: VmContent): Domain {
  let spec = known.get(content.xml);
  if (spec === undefined) {
    if (known.size >= knownAtMost) known.clear();
    spec = parseDomain(content.xml);
    known.set(content.xml, spec);
  }
  const { uuid, name } = spec;
  return { uuid, name, spec, content, hash: hashContent(content), autostart: false };
}

export interface VmDescription {
  uuid: string;
  name: string;
  /** Bytes. */
  memory: number;
  vcpus: number;
  disk: string;
}

/** What every embedded host has, so that every VM can run on each. */
export const embeddedPlatform = { arch: 'x86_64', machine: 'pc-q35-7.2', bridge: 'vmbr0' };

export function xmlOf({ uuid, name, memory, vcpus, disk }: VmDescription): string {
  const { arch, machine, bridge } = embeddedPlatform;
  return [
    `<domain type='kvm'>`,
    `<uuid>${uuid}</uuid><name>${name}</name>`,
    `<memory unit='b'>${memory}</memory><vcpu>${vcpus}</vcpu>`,
    `<os><type arch='${arch}' machine='${machine}'>hvm</type></os>`,
    `<devices>`,
    `<disk type='file' device='disk'><source file='${disk}'/><target dev='vda' bus='virtio'/></disk>`,
    `<interface type='bridge'><source bridge='${bridge}'/></interface>`,
    `</devices></domain>`,
  ].join('\n');
}
