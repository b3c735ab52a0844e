import { bytesOf, type ClusterDescription, uuidOf } from '../description.ts';
import { type Domain, domainOf, xmlOf } from './domains.ts';
import type { EmbeddedHost } from './embeddedHost.ts';
import type { Guest } from './guests.ts';
import { MovingLoad } from './load.ts';
import { sharedFolder } from './sharedStorage.ts';

/** A host as it is described: off, and with nothing wrong. */
export function describedHost(
  { name, memory, cores, cpu }: ClusterDescription['hosts'][number],
  seed: number,
): EmbeddedHost {
  return {
    name,
    memory: bytesOf(memory),
    cores,
    ownMemory: bytesOf(memory) / 16,
    load: new MovingLoad(seed, name, cpu * cores),
    domains: new Map(),
    boot: undefined,
    boots: 0,
    fencing: 'works',
    plugged: true,
    hypervisorAnswers: true,
    startFaults: new Map(),
  };
}

/** A VM as it is described: its guest, which is off, and what the hypervisor of its host knows of it. */
export function describedVm(
  { name, memory, vcpus, cpu, agent, autostart }: ClusterDescription['vms'][number],
  seed: number,
): { guest: Guest; domain: Domain } {
  const uuid = uuidOf(name);
  const disk = `${sharedFolder}/images/${name}.qcow2`;
  const xml = xmlOf({ uuid, name, memory: bytesOf(memory), vcpus, disk });
  return {
    guest: {
      uuid,
      name,
      disk,
      load: new MovingLoad(seed, name, cpu),
      agentAfterMs: agent === null ? null : agent * 1000,
      runs: [],
      holder: undefined,
    },
    domain: { ...domainOf({ xml, tpm: [] }), autostart },
  };
}
