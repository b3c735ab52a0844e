import type { EmbeddedReport } from '../../contract/embeddedProtocol.ts';
import type { EmbeddedHost } from '../world/embeddedHost.ts';
import type { Guest } from '../world/guests.ts';
import type { SiteDesign } from './design.ts';
import { faultsOf } from './faults.ts';
import type { Rig } from './rig.ts';

/** How it is now, as the console is told. */
export function reportOf({ speed }: SiteDesign, rigs: readonly Rig[]): EmbeddedReport {
  return {
    speed,
    bare: rigs.some(({ cluster }) => cluster.bare !== undefined),
    ready: rigs.every(({ begun }) => begun),
    clusters: rigs.map(({ cluster: { id, options } }) => ({ id, name: options.description.name })),
    hosts: rigs.flatMap(({ cluster }) => {
      const clusterId = cluster.id;
      return [...cluster.hosts.values()].map((host) => ({
        name: host.name,
        clusterId,
        power: powerOf(host),
      }));
    }),
    vms: rigs.flatMap(({ cluster }) => {
      const clusterId = cluster.id;
      return cluster.guests.all().map((guest) => ({
        uuid: guest.uuid,
        name: guest.name,
        clusterId,
        memory: guest.holder?.memory ?? memoryOf(guest, cluster.hosts.values()),
        ...whereabouts(guest),
      }));
    }),
    faults: rigs.flatMap(({ cluster, tampering }) => faultsOf(cluster, tampering.vms)),
  };
}

function powerOf({ boot }: EmbeddedHost): 'on' | 'booting' | 'off' {
  if (boot === undefined) return 'off';
  return boot.booted || boot.life.over ? 'on' : 'booting';
}

function whereabouts({ holder }: Guest): Pick<EmbeddedReport['vms'][number], 'host' | 'state'> {
  return holder === undefined
    ? { host: null, state: 'off' }
    : { host: holder.boot.host, state: holder.state };
}

function memoryOf({ uuid }: Guest, hosts: Iterable<EmbeddedHost>): number {
  for (const { domains } of hosts) {
    const domain = domains.get(uuid);
    if (domain !== undefined) return domain.spec.memory;
  }
  return 0;
}
