/** How long the loss of most definitions at once has to last before it is believed. */
export const massRemovalAfterMs = 10 * 60_000;

export interface SyncView {
  /** What the hypervisor has. A transient VM has no definition to keep. */
  present: readonly { uuid: string; hash: string; persistent: boolean }[];
  stored: readonly { uuid: string; state: 'good' | 'tampered' | 'unreadable'; hash?: string }[];
  /** Not listed by the hypervisor, though their definitions lie on this host: the list is incomplete. */
  hidden: ReadonlySet<string>;
  /** Unix milliseconds by uuid, from the record of the last sync. */
  missingSince: Readonly<Record<string, number>>;
  now: number;
}

export interface SyncDecision {
  write: string[];
  unchanged: string[];
  remove: string[];
  /** Kept although their VM is not there. */
  keepHidden: string[];
  keepMany: string[];
  missingSince: Record<string, number>;
}

/**
 * | stored | the hypervisor | |
 * |---|---|---|
 * | the same | has it | nothing |
 * | anything else | has it | write |
 * | genuine | has it not, but its definition lies on this host | keep: the list is incomplete |
 * | genuine | has it not, nor most of the others, for less than 10 minutes | keep: rather a fault than the admin |
 * | genuine | has it not | remove |
 * | not genuine, unreadable | has it not | leave for the admin to see |
 *
 * Asked only when the hypervisor answered: without an answer nothing is ever removed.
 */
export function decideSync(view: SyncView): SyncDecision {
  const persistent = view.present.filter((vm) => vm.persistent);
  const stored = new Map(view.stored.map((each) => [each.uuid, each]));
  const isStored = ({ uuid, hash }: { uuid: string; hash: string }): boolean => {
    const found = stored.get(uuid);
    return found?.state === 'good' && found.hash === hash;
  };
  const defined = new Set(persistent.map(({ uuid }) => uuid));
  const missing = view.stored.filter(({ uuid, state }) => state === 'good' && !defined.has(uuid));
  const keepHidden = missing.filter(({ uuid }) => view.hidden.has(uuid)).map(({ uuid }) => uuid);
  const gone = missing.map(({ uuid }) => uuid).filter((uuid) => !view.hidden.has(uuid));
  const missingSince = Object.fromEntries(gone.map((uuid) => [uuid, view.missingSince[uuid] ?? view.now]));
  const many = gone.length > 1 && gone.length * 2 > view.stored.length;
  const keepMany = many
    ? gone.filter((uuid) => view.now - (missingSince[uuid] ?? view.now) < massRemovalAfterMs)
    : [];
  return {
    write: persistent.filter((vm) => !isStored(vm)).map(({ uuid }) => uuid),
    unchanged: persistent.filter(isStored).map(({ uuid }) => uuid),
    remove: gone.filter((uuid) => !keepMany.includes(uuid)),
    keepHidden,
    keepMany,
    missingSince: Object.fromEntries(keepMany.map((uuid) => [uuid, missingSince[uuid] ?? view.now])),
  };
}
