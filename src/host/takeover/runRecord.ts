import { z } from 'zod';
import { wantedVmSchema } from '../../contract/survey.ts';
import { type DiskKey, type Found, readSigned, writeSigned } from './signedFile.ts';

/**
 * Which VMs of a host run: what a takeover starts, and what the host itself starts after a reboot. Sizes in bytes, times in
 * Unix milliseconds of that host's clock.
 */
export const runRecordSchema = z.object({
  format: z.literal(1),
  /** The boot it tells of. */
  bootId: z.string(),
  at: z.number(),
  /** The host is being shut down in good order since then; the VMs are those that ran before. */
  shutdown: z
    .object({
      begunAt: z.number(),
      /** Since then none of them runs there any more. Absent: some may still run. */
      stoppedAt: z.number().optional(),
    })
    .optional(),
  vms: z.array(wantedVmSchema),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

const name = 'running.json';

/** Rejects only if the disk cannot be read at all. */
export const readRunRecord = (disk: DiskKey): Promise<Found<RunRecord>> =>
  readSigned(disk, name, 'run-record', runRecordSchema);

/** Only for whoever holds the sync lock of the home host. Atomic. */
export const writeRunRecord = (disk: DiskKey, record: RunRecord): Promise<void> =>
  writeSigned(disk, name, 'run-record', record);
