import { z } from 'zod';
import type { EmbeddedOptions } from '../../contract/embedded.ts';
import { initialPolicy, type Policy } from '../../contract/policy.ts';
import { type ClusterDescription, clusterDescriptionSchema, uuidOf } from '../description.ts';

/** Corosync is not supported beyond. */
const hostsPerCluster = 32;
const vmsPerFurtherHost = 4;

type VmKind = Omit<ClusterDescription['vms'][number], 'host' | 'running' | 'autostart'> & {
  tier: keyof typeof tierNames;
};

const tierNames = {
  core: 'Infrastructure',
  data: 'Databases',
  services: 'Services',
  rest: 'Everything else',
};

const kind = (
  name: string,
  tier: VmKind['tier'],
  [memory, vcpus, cpu]: [number, number, number],
  agent: number | null = null,
): VmKind => ({ name, tier, memory, vcpus, cpu, agent });

/** By host: which a small shop could have. Any two hosts have just room for all of them. */
const firstVms: VmKind[][] = [
  [
    kind('dns', 'core', [1, 1, 5], 4),
    kind('db', 'data', [8, 4, 110], 8),
    kind('web-1', 'services', [2, 2, 60], 5),
    kind('files', 'services', [4, 2, 20], 6),
    kind('ci-runner', 'rest', [8, 4, 120]),
  ],
  [
    kind('directory', 'core', [4, 2, 15], 6),
    kind('mail', 'services', [6, 2, 40], 6),
    kind('web-2', 'services', [2, 2, 60], 5),
    kind('test', 'rest', [4, 2, 20]),
  ],
  [
    kind('erp', 'data', [8, 4, 90], 8),
    kind('monitoring', 'rest', [3, 2, 30]),
    kind('wiki', 'services', [2, 1, 10], 5),
  ],
];

const furtherVms: VmKind[] = [
  kind('web', 'services', [2, 2, 40], 5),
  kind('app', 'services', [4, 2, 50], 6),
  kind('db', 'data', [4, 2, 60], 8),
  kind('cache', 'rest', [1, 1, 10]),
  kind('desktop', 'rest', [2, 2, 20]),
];

/** What the embedded site consists of; kept in its folder. */
export const siteDesignSchema = z.object({
  format: z.literal(1),
  speed: z.number().positive(),
  clusters: z.array(
    z.object({ description: clusterDescriptionSchema, tiers: z.record(z.string(), z.string()) }),
  ),
});
export type SiteDesign = z.infer<typeof siteDesignSchema>;

export function designSite({ hosts, vms, speed, bare }: EmbeddedOptions): SiteDesign {
  const clusters = Math.ceil(hosts / hostsPerCluster);
  const names = Array.from({ length: hosts }, (_, index) => `embedded-${index + 1}`);
  const placed = placeVms(names, vms ?? 12 + Math.max(0, hosts - 3) * vmsPerFurtherHost);
  const memory = hostMemory(placed, hosts);
  return {
    format: 1,
    speed,
    clusters: Array.from({ length: clusters }, (_, index) => {
      const own = names.filter((_name, place) => place % clusters === index);
      const mine = placed.filter(({ host }) => own.includes(host));
      return {
        description: clusterDescriptionSchema.parse({
          name: clusters === 1 ? 'embedded' : `embedded-${String.fromCharCode(97 + index)}`,
          seed: index + 1,
          bare,
          hosts: own.map((name) => ({ name, memory, cores: Math.max(8, Math.round(memory / 4)) })),
          vms: mine.map(({ tier: _tier, ...vm }) => vm),
        }),
        tiers: Object.fromEntries(mine.map(({ name, tier }) => [name, tier])),
      };
    }),
  };
}

/** The policy of a cluster that nobody has edited yet. */
export function policyOf({ description, tiers }: SiteDesign['clusters'][number]): Policy {
  const inTier = (tier: VmKind['tier']): string[] =>
    description.vms.filter(({ name }) => tiers[name] === tier).map(({ name }) => uuidOf(name));
  const has = (name: string): boolean => description.vms.some((vm) => vm.name === name);
  const webServers = ['web-1', 'web-2'].filter(has);
  return {
    ...initialPolicy,
    tiers: [
      {
        name: tierNames.core,
        vms: inTier('core'),
        readiness: { kind: 'guest-agent' as const, timeoutS: 60 },
      },
      {
        name: tierNames.data,
        vms: inTier('data'),
        readiness: { kind: 'guest-agent' as const, timeoutS: 60 },
      },
      { name: tierNames.services, vms: inTier('services'), readiness: { kind: 'started' as const } },
      { name: tierNames.rest, vms: inTier('rest'), readiness: { kind: 'started' as const } },
    ],
    rules: {
      vms: has('test') ? { [uuidOf('test')]: { restart: 'leave-down' } } : {},
      groups:
        webServers.length === 2
          ? [{ name: 'Web servers', kind: 'keep-apart', vms: webServers.map(uuidOf) }]
          : [],
    },
  };
}

type PlacedVm = VmKind & { host: string };

function placeVms(hosts: readonly string[], count: number): PlacedVm[] {
  const first = firstVms.flatMap((vms, index) =>
    vms.map((vm) => ({ ...vm, host: hosts[index % hosts.length] ?? '' })),
  );
  const further = Array.from({ length: Math.max(0, count - first.length) }, (_, index) => {
    const vm = furtherVms[index % furtherVms.length] ?? kind('vm', 'rest', [1, 1, 10]);
    // Behind the named ones, and round and round from the host after them.
    return { ...vm, name: `${vm.name}-${index + 3}`, host: hosts[(index + 3) % hosts.length] ?? '' };
  });
  return [...first, ...further].slice(0, count);
}

/** Room for what the host has, and for what comes when another one fails. */
function hostMemory(vms: readonly PlacedVm[], hosts: number): number {
  const total = vms.reduce((sum, { memory }) => sum + memory, 0);
  const perHost = (total / hosts) * (hosts < 3 ? 2.2 : 1.6);
  return Math.max(32, Math.ceil(perHost / 16) * 16);
}
