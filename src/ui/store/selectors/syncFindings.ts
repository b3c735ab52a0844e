import type { Finding } from '../../../contract/finding.ts';
import type { SyncReport } from '../../../contract/hostState.ts';

/** The cluster itself tells where a quorum disk is. */
const toldElsewhere = 'quorum-disk-not-here';

/** What the last sync of a host could not do, one finding per kind: a disk that is full fails every VM alike. */
export function syncFindings({ problems }: SyncReport): Finding[] {
  const firsts = problems.filter(
    ({ id }, index) => id !== toldElsewhere && problems.findIndex((one) => one.id === id) === index,
  );
  return firsts.map((first) => {
    const others = problems.filter(({ id }) => id === first.id).length - 1;
    return others === 0 ? first : { ...first, title: `${first.title} The same for ${others} more.` };
  });
}
