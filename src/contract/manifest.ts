import { z } from 'zod';

/** Where deployment keeps what it put on a host. Everything under these paths belongs to root. */
export const hostPaths = {
  config: '/etc/minime',
  /** `Manifest`, 0600: what deployment installed, so that it can be verified and removed. */
  manifest: '/etc/minime/manifest.json',
  /** `HostConfig`, 0600. */
  hostConfig: '/etc/minime/host.json',
  /** 32 random bytes as hex, 0600: key of the HMAC over every definition. */
  clusterKey: '/etc/minime/cluster.key',
  program: '/usr/lib/minime/vmcl.cjs',
  command: '/usr/sbin/vmcl',
  /** What libvirt connects to another host with while a VM is moved there. */
  dispatchSsh: '/usr/lib/minime/dispatch-ssh',
  /** What fence agents send poison pills with. */
  sbdReadBack: '/usr/lib/minime/sbd-read-back',
  /** Mount points of quorum disks: one folder per home host. */
  quorumDisks: '/var/lib/minime/quorum',
  state: '/var/lib/minime',
  agentFolder: '/usr/lib/ocf/resource.d/minime',
  /** Keys with which the hosts of a cluster ask each other; see `docs/takeover.md`. */
  dispatch: '/etc/minime/dispatch',
  /** Records of failovers, one file each. */
  history: '/var/lib/minime/history',
} as const;

export const manifestSchema = z.object({
  format: z.literal(1),
  clusterId: z.string(),
  vmclVersion: z.string(),
  writtenAt: z.number(),
  /**
   * Files with their SHA-256 (hex) and mode (octal text), in the order they were put there; without a sum where the host made
   * the content itself (keys).
   */
  files: z.array(z.object({ path: z.string(), sha256: z.string().optional(), mode: z.string() })),
  /** Packages that deployment installed, not those that were there before. */
  packages: z.array(z.string()),
  /** systemd units that deployment enabled. */
  units: z.array(z.string()),
});

/** How this host's own quorum disk and those of its peers are reached, and what the cluster is called. */
export const hostConfigSchema = z.object({
  format: z.literal(1),
  clusterId: z.string(),
  clusterName: z.string(),
  nodeName: z.string(),
  quorumDisks: z.array(
    z.object({
      home: z.string(),
      kind: z.enum(['device', 'image']),
      /** Device path, or the path of the image file on shared storage. */
      source: z.string(),
    }),
  ),
  fencing: z.object({
    method: z.enum(['sbd-disk', 'sbd-watchdog', 'agent']),
    devices: z.array(z.string()),
  }),
  /** How every host of the cluster, this one included, is asked by the others; absent: deployed before that was possible. */
  dispatch: z
    .object({
      port: z.number().int().min(1).max(65535),
      /** Node name → addresses, best first: those of the heartbeat networks. */
      hosts: z.record(z.string(), z.array(z.string()).min(1)),
    })
    .optional(),
  /** Folders proved at deployment to be the same on all hosts; disks of VMs below them count as shared. */
  sharedFolders: z.array(z.string()).optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type HostConfig = z.infer<typeof hostConfigSchema>;
