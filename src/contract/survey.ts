import { z } from 'zod';

/**
 * What a host says of itself when a takeover, a move or a forecast is planned: fresh, from the host itself. Sizes in
 * bytes, times in Unix milliseconds of the host's clock.
 */

const bytes = z.number().int().nonnegative();

export const surveyedVmSchema = z.object({
  uuid: z.string(),
  name: z.string(),
  memory: bytes,
  vcpus: z.number().int().positive(),
  /** Measured use, in percent of one core; absent: not measured yet. */
  cpuPercent: z.number().nonnegative().optional(),
  /** Its start is under way, or so fresh that the host's own figures do not show its memory yet. */
  starting: z.boolean(),
});

export const hostSurveySchema = z.object({
  host: z.string(),
  at: z.number(),
  memoryTotal: bytes,
  memoryFree: bytes,
  cores: z.number().int().positive(),
  /** Use of all cores together, 0 to 100. */
  cpuPercent: z.number().nonnegative(),
  /** Why it takes no VM now (maintenance, libvirt does not answer …); absent: it does. */
  unavailable: z.string().optional(),
  /** Since it booted, it has not started its own VMs yet: its figures do not show what these need. */
  rejoining: z.boolean().optional(),
  /**
   * Every VM that runs here in any way (also paused), by the hypervisor's word and by its processes, so that a VM is
   * known to run even while the hypervisor does not answer. Not one that is just being received by live migration: it
   * runs where it comes from.
   */
  running: z.array(surveyedVmSchema),
  /** Uuids of all VMs that are defined here, running or not; absent while the hypervisor does not answer. */
  defined: z.array(z.string()).optional(),
});

/** A VM that is to run, as the quorum disk of its home tells. */
export const wantedVmSchema = z.object({
  uuid: z.string(),
  name: z.string(),
  /** What a host must have for it, the hypervisor's overhead included where that is known. */
  memory: z.number().int().nonnegative(),
  vcpus: z.number().int().positive(),
  /** Measured use, in percent of one core; absent: not measured yet. */
  cpuPercent: z.number().nonnegative().optional(),
  /** Why it cannot be started on another host; absent: it can. */
  unprotected: z.string().optional(),
  /** Hosts that lack something it needs, and what. */
  unfit: z.array(z.object({ host: z.string(), reason: z.string() })).optional(),
});

export type WantedVm = z.infer<typeof wantedVmSchema>;
export type SurveyedVm = z.infer<typeof surveyedVmSchema>;
export type HostSurvey = z.infer<typeof hostSurveySchema>;

/** Bytes. What the process of a VM really takes is more than the guest's memory once the guest has touched all of that. */
export const memoryNeeded = (memory: number, resident: number | undefined): number =>
  Math.max(memory, resident ?? 0);
