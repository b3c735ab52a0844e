import { z } from 'zod';
import { findingSchema } from './finding.ts';
import { virtualIpSchema } from './virtualIp.ts';

/** The cluster as one of its hosts sees it: a section of what a host tells, with its units. */

const epochMs = z.number().int().nonnegative();

export const linkPeerSchema = z.object({
  peer: z.string(),
  connected: z.boolean(),
  /** Average and worst round trip by Corosync's own statistics (knet); absent with UDP transports and while down. */
  latencyUs: z.number().nonnegative().optional(),
  latencyMaxUs: z.number().nonnegative().optional(),
});

export const heartbeatLinkSchema = z.object({
  link: z.number().int().min(0).max(7),
  localAddress: z.string(),
  peers: z.array(linkPeerSchema),
});

export const memberSchema = z.object({
  name: z.string(),
  nodeId: z.number().int().positive(),
  /** In the Corosync membership as seen from this host. */
  online: z.boolean(),
  /** Pacemaker's view; absent while Pacemaker does not answer. */
  pacemaker: z
    .object({
      state: z.enum(['online', 'offline', 'pending', 'standby', 'maintenance', 'unclean']),
      dc: z.boolean(),
    })
    .optional(),
});

export const fencingMethodSchema = z.enum(['sbd-disk', 'sbd-watchdog', 'agent', 'none']);

export const fencingSchema = z.object({
  method: fencingMethodSchema,
  /** Fence agents configured as stonith resources, e.g. fence_sbd. */
  agents: z.array(z.string()),
  enabled: z.boolean(),
  /** Poison-pill slots, one list per poison-pill disk; a slot with a message other than `clear` is pending. */
  devices: z.array(
    z.object({
      path: z.string(),
      readable: z.boolean(),
      slots: z.array(z.object({ host: z.string(), message: z.string() })),
    }),
  ),
  watchdog: z.object({ device: z.string().optional(), timeoutS: z.number().optional() }),
  /** Newest first, at most 20: what Pacemaker knows of fencing in this cluster. */
  history: z.array(
    z.object({
      target: z.string(),
      action: z.string(),
      outcome: z.enum(['success', 'failed', 'pending']),
      at: epochMs.optional(),
      client: z.string().optional(),
      /** The host that carried it out, or "a human" who confirmed it. */
      by: z.string().optional(),
    }),
  ),
});

/** A quorum disk as the cluster manages it: where it should be mounted and where it is. */
export const quorumDiskPlacementSchema = z.object({
  /** The host whose definitions it holds. */
  home: z.string(),
  mountedOn: z.string().nullable(),
  state: z.enum(['mounted', 'stopped', 'failed', 'unknown']),
  failure: z.string().optional(),
});

/** How long the parts of the engine wait for each other; absent where nothing tells. */
export const engineTimingSchema = z.object({
  tokenMs: z.number().optional(),
  consensusMs: z.number().optional(),
  /** Of SBD: after so long without a sign of life from its SBD a host resets itself. */
  watchdogS: z.number().optional(),
  /** Of SBD: after so long a poison pill counts as swallowed. */
  msgwaitS: z.number().optional(),
  stonithTimeoutS: z.number().optional(),
  /** Without a poison-pill disk: after so long a silent host counts as reset. Negative: twice the watchdog's time. */
  stonithWatchdogTimeoutS: z.number().optional(),
});

/** The cluster as seen from this host. `engine` tells how far that view can be trusted. */
export const clusterSectionSchema = z.object({
  /** `none`: this host belongs to no cluster. `stopped`: configured but Corosync is not running. */
  engine: z.enum(['none', 'stopped', 'running']),
  /** Given at deployment, kept in the manifest; the identity of the cluster, since names may repeat. */
  id: z.string().optional(),
  name: z.string().optional(),
  transport: z.enum(['knet', 'udp', 'udpu']).optional(),
  quorate: z.boolean(),
  votes: z.object({ expected: z.number(), total: z.number(), needed: z.number() }).optional(),
  members: z.array(memberSchema),
  links: z.array(heartbeatLinkSchema),
  fencing: fencingSchema,
  quorumDisks: z.array(quorumDiskPlacementSchema),
  /** Hosts of before that was possible tell of none. */
  virtualIps: z.array(virtualIpSchema).optional(),
  timing: engineTimingSchema.optional(),
  problems: z.array(findingSchema),
});

export type ClusterSection = z.infer<typeof clusterSectionSchema>;
export type HeartbeatLink = z.infer<typeof heartbeatLinkSchema>;
export type LinkPeer = z.infer<typeof linkPeerSchema>;
export type Member = z.infer<typeof memberSchema>;
export type Fencing = z.infer<typeof fencingSchema>;
export type EngineTiming = z.infer<typeof engineTimingSchema>;
export type QuorumDiskPlacement = z.infer<typeof quorumDiskPlacementSchema>;

/**
 * The newest fencing of a host that has come to an end. Pacemaker tries again within a tenth of a second, so that its newest entry is
 * hardly ever the failure.
 */
export const lastFencing = (
  history: Fencing['history'],
  host: string,
): Fencing['history'][number] | undefined =>
  history.find(({ target, outcome }) => target === host && outcome !== 'pending');
