import { routeHref } from '../../shell/routes.ts';
import { selectClusters } from '../../store/selectors/clusters.ts';
import { type Failover, selectFailovers, selectUnfenced } from '../../store/selectors/takeovers.ts';
import type { ConsoleState } from '../../store/state.ts';
import { countsText, titleOf } from '../history/failoverWords.ts';

/** What the desktop tells of one failover, or of one host that waits to be fenced. A later one takes the place of one before. */
export interface Notice {
  key: string;
  stage: 'begun' | 'interrupted' | 'ended' | 'unfenced';
  title: string;
  body: string;
  href: string;
  /** When it came to be so; absent: now, as far as anybody knows. */
  since?: number;
}

/** How all takeovers stand, by key. Starts at home are what is expected of a host that boots. */
export function failoverNotices(state: ConsoleState): Map<string, Notice> {
  const notices = new Map<string, Notice>();
  for (const { key, name } of selectClusters(state)) {
    for (const failover of selectFailovers(state)[key] ?? []) {
      if (failover.kind === 'takeover') notices.set(failover.id, noticeOf(failover, key, name));
    }
    for (const host of selectUnfenced(state)[key] ?? []) {
      // While its fencing is under way there is nothing to be done.
      if (host.fencing === 'under-way') continue;
      const id = `${key}/${host.name}`;
      notices.set(id, {
        key: id,
        stage: 'unfenced',
        title: `${host.name} waits for you`,
        body: `${name}: it ${host.fencing === 'failed' ? 'could not be fenced' : 'has left the cluster'}. Its VMs stay down until you confirm that it is off.`,
        href: routeHref({ screen: 'cluster', key, tab: 'overview' }),
      });
    }
  }
  return notices;
}

function noticeOf(failover: Failover, clusterKey: string, cluster: string): Notice {
  const { id, counts, owner, state, ended } = failover;
  const title = titleOf(failover);
  const common = { key: id, href: routeHref({ screen: 'failover', key: clusterKey, id }) };
  switch (state) {
    case 'running':
      return {
        ...common,
        stage: 'begun',
        since: failover.begun,
        title: `${title} has begun`,
        body: `${cluster}: ${owner} has its VMs started elsewhere.`,
      };
    case 'interrupted':
      return {
        ...common,
        stage: 'interrupted',
        title: `${title} was interrupted`,
        body: `${cluster}: nobody that is connected goes on with it.`,
      };
    case 'ended':
      return {
        ...common,
        stage: 'ended',
        title: `${title} has ended`,
        body: `${cluster}: ${countsText(counts)}.`,
        ...(ended === undefined ? {} : { since: ended }),
      };
  }
}

/** What began or ended longer ago is history, which a host that was just connected tells. */
const RECENT_MS = { begun: 60 * 60_000, ended: 5 * 60_000 };

/** What has begun, ended, or came to wait since. Pure. */
export function newNotices(
  before: ReadonlyMap<string, Notice>,
  now: ReadonlyMap<string, Notice>,
  at: number,
): Notice[] {
  return [...now.values()].filter((notice) => {
    const known = before.get(notice.key);
    if (known !== undefined) return known.stage !== notice.stage;
    switch (notice.stage) {
      case 'unfenced':
        return true;
      case 'begun':
      case 'ended':
        return notice.since !== undefined && at - notice.since < RECENT_MS[notice.stage];
      case 'interrupted':
        return false;
    }
  });
}
