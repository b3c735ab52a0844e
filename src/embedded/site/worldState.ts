import { z } from 'zod';
import type { EmbeddedCluster } from '../embeddedCluster.ts';
import { domainOf } from '../world/domains.ts';

const startFaultSchema = z.object({
  kind: z.enum(['fails', 'hangs', 'hangs-undying']),
  times: z.number().int().optional(),
});

/** What of a cluster is nowhere else on disk, and has to be there again after the console was closed. */
export const worldStateSchema = z.object({
  /** Everything was started and set up once: from then on its hosts do that by themselves. */
  begun: z.boolean(),
  hosts: z.record(
    z.string(),
    z.object({
      on: z.boolean(),
      boots: z.number().int(),
      fencing: z.enum(['works', 'fails']),
      hypervisorAnswers: z.boolean(),
      startFaults: z.record(z.string(), startFaultSchema),
      domains: z.array(z.object({ xml: z.string(), autostart: z.boolean() })),
    }),
  ),
  disks: z.record(
    z.string(),
    z.object({ fault: z.enum(['read-only', 'unreadable', 'gone']).optional(), filler: z.number() }),
  ),
  network: z.object({
    sides: z.array(z.array(z.string())),
    cutLinks: z.array(z.object({ link: z.number().int(), host: z.string() })),
  }),
  documents: z.array(z.tuple([z.string(), z.string()])),
  published: z.array(z.tuple([z.string(), z.string()])),
});
export type WorldState = z.infer<typeof worldStateSchema>;

export function captureWorld(cluster: EmbeddedCluster, begun: boolean): WorldState {
  const { hosts, disks, network, engine } = cluster;
  return {
    begun,
    hosts: Object.fromEntries(
      [...hosts.values()].map((host) => [
        host.name,
        {
          on: host.plugged && host.boot !== undefined,
          boots: host.boots,
          fencing: host.fencing,
          hypervisorAnswers: host.hypervisorAnswers,
          startFaults: Object.fromEntries(
            [...host.startFaults].map(([vm, { kind, times }]) => [
              vm,
              { kind, ...(times === undefined ? {} : { times }) },
            ]),
          ),
          domains: [...host.domains.values()].map(({ content, autostart }) => ({
            xml: content.xml,
            autostart,
          })),
        },
      ]),
    ),
    disks: Object.fromEntries(
      [...disks.values()].map(({ home, fault, filler }) => [
        home,
        { filler, ...(fault === undefined ? {} : { fault }) },
      ]),
    ),
    network: network.faults(),
    documents: engine.documents.all(),
    published: engine.published.all(),
  };
}

/** Puts it into a cluster that was just made, before any of its hosts is on. */
export function restoreWorld(cluster: EmbeddedCluster, state: WorldState): void {
  for (const [name, kept] of Object.entries(state.hosts)) {
    const host = cluster.hosts.get(name);
    if (host === undefined) continue;
    host.boots = kept.boots;
    host.fencing = kept.fencing;
    host.hypervisorAnswers = kept.hypervisorAnswers;
    host.plugged = kept.on;
    for (const [vm, { kind, times }] of Object.entries(kept.startFaults)) {
      host.startFaults.set(vm, { kind, ...(times === undefined ? {} : { times }) });
    }
    host.domains.clear();
    for (const { xml, autostart } of kept.domains) {
      const domain = domainOf({ xml, tpm: [] });
      host.domains.set(domain.uuid, { ...domain, autostart });
    }
  }
  for (const [home, { fault, filler }] of Object.entries(state.disks)) {
    const disk = cluster.disks.get(home);
    if (disk !== undefined) Object.assign(disk, { fault, filler });
  }
  for (const side of state.network.sides) cluster.network.part(side);
  for (const { link, host } of state.network.cutLinks) {
    cluster.network.cutLink(link, host === '' ? undefined : host);
  }
  cluster.engine.documents.restore(state.documents);
  cluster.engine.published.restore(state.published);
}
