import { z } from 'zod';
import { type DiskKey, type Found, readSigned, writeSigned } from './signedFile.ts';

/** A VM of this quorum disk's host that was started or moved elsewhere and has not come home. */
export const movedVmSchema = z.object({
  uuid: z.string(),
  name: z.string(),
  to: z.string(),
  /** Unix milliseconds. */
  at: z.number().int().nonnegative(),
  /**
   * The hypervisor at home has no copy of it any more: if it is there all the same, it has come home. Else such a copy is stale,
   * and must not be taken for its definition.
   */
  cleared: z.boolean(),
});
export type MovedVm = z.infer<typeof movedVmSchema>;

const movedSchema = z.object({ format: z.literal(1), vms: z.array(movedVmSchema) });
const fileName = 'moved.json';

/** Rejects only if the disk cannot be read at all. */
export async function readMoved(disk: DiskKey): Promise<Found<MovedVm[]>> {
  const found = await readSigned(disk, fileName, 'moved', movedSchema);
  return found.state === 'good' ? { state: 'good', value: found.value.vms } : found;
}

/** What is believed of it: nothing, if it is not genuine. */
export async function movedOrNone(disk: DiskKey): Promise<MovedVm[]> {
  const found = await readMoved(disk);
  return found.state === 'good' ? found.value : [];
}

/** Held by whoever changes the list of another host's disk, for as long as that takes. */
export const movedLock = (home: string): `moved-${string}` => `moved-${home}`;

/**
 * Changes the list. At home only for whoever holds the sync lock, away only for whoever holds its `movedLock` on the host that has
 * the disk mounted. Atomic; writes only if something changed.
 */
export async function changeMoved(
  disk: DiskKey,
  change: (vms: readonly MovedVm[]) => readonly MovedVm[],
): Promise<void> {
  const before = await movedOrNone(disk);
  const after = change(before);
  if (JSON.stringify(after) === JSON.stringify(before)) return;
  await writeSigned(disk, fileName, 'moved', { format: 1, vms: after });
}

/** With `vm` in place of what was known of it. */
export const withMoved = (vms: readonly MovedVm[], vm: MovedVm): MovedVm[] =>
  [...vms.filter(({ uuid }) => uuid !== vm.uuid), vm].sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
