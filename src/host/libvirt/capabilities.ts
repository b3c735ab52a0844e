import type { HypervisorFacts } from '../ports/hypervisor.ts';
import { attribute, child, children, parseXml, text } from '../xml.ts';

/** What `virsh capabilities` tells about this host's own architecture. */
export function parseCapabilities(xml: string): Omit<HypervisorFacts, 'networks'> {
  const capabilities = parseXml(xml, 'capabilities');
  const cpu = child(child(capabilities, 'host'), 'cpu');
  const arch = text(child(cpu, 'arch'));
  const cpuModel = text(child(cpu, 'model'));
  const guests = children(capabilities, 'guest')
    .map((guest) => child(guest, 'arch'))
    .filter((guest) => attribute(guest, 'name') === arch);
  const machines = guests.flatMap((guest) => [
    ...children(guest, 'machine'),
    ...children(guest, 'domain').flatMap((domain) => children(domain, 'machine')),
  ]);
  return {
    arch,
    ...(cpuModel === '' ? {} : { cpuModel }),
    acceleration: guests.some((guest) =>
      children(guest, 'domain').some((domain) => attribute(domain, 'type') === 'kvm'),
    ),
    // Definitions hold canonical names: libvirt replaces an alias ("q35") when a VM is defined.
    machines: [
      ...new Set(machines.map((machine) => attribute(machine, 'canonical') || text(machine))),
    ].sort(),
  };
}
