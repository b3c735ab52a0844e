import type { ReactNode } from 'react';
import { count } from '../../components/format.ts';
import { StaleBadge } from '../../components/StaleBadge.tsx';
import { Status, type Tone } from '../../components/Status.tsx';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { type LinkSummary, linkSummaries } from '../../store/selectors/heartbeat.ts';
import { quorumDiskRows } from '../../store/selectors/quorumDisks.ts';
import { isAlive, selectVmRows, vmRowsOf } from '../../store/selectors/vms.ts';

/** The cluster in one strip: quorum, links, disks, VMs, coordinator. */
export function ClusterFacts({ cluster }: { cluster: Cluster }) {
  const { view, viewFrom } = cluster;
  const live = viewFrom.freshness === 'live';
  return (
    <section className="mm-facts" aria-label="Cluster at a glance">
      <Fact name="Quorum">
        {live ? <Quorum cluster={cluster} /> : <StaleBadge since={viewFrom.staleSince} />}
        <Detail>
          {view.votes === undefined
            ? 'votes unknown'
            : `${view.votes.total} of ${view.votes.expected} votes, ${view.votes.needed} needed`}
        </Detail>
      </Fact>
      <Fact name="Hosts">
        <HostCount cluster={cluster} />
      </Fact>
      <Fact name="Heartbeat links">
        <LinkCount cluster={cluster} />
      </Fact>
      <Fact name="Quorum disks">
        <DiskCount cluster={cluster} />
      </Fact>
      <Fact name="Virtual machines">
        <VmCount cluster={cluster} />
      </Fact>
      <Fact name="Coordinator (DC)">
        <span>{view.members.find((member) => member.pacemaker?.dc === true)?.name ?? 'none elected'}</span>
        <Detail>{live ? `as ${viewFrom.name} sees it` : `as ${viewFrom.name} last saw it`}</Detail>
      </Fact>
    </section>
  );
}

function Quorum({ cluster }: { cluster: Cluster }) {
  if (cluster.view.engine !== 'running') return <Status tone="error">Not running</Status>;
  return cluster.view.quorate ? <Status tone="ok">Quorate</Status> : <Status tone="error">No quorum</Status>;
}

function HostCount({ cluster }: { cluster: Cluster }) {
  const { members } = cluster.view;
  const online = members.filter((member) => member.online).length;
  const live = cluster.hosts.filter(({ host }) => host?.freshness === 'live').length;
  const all = cluster.hosts.length;
  return (
    <>
      <Status tone={share(online, members.length, cluster)}>
        {online} of {members.length} in membership
      </Status>
      <Detail>{live === all ? 'all connected' : `${live} of ${all} connected`}</Detail>
    </>
  );
}

function LinkCount({ cluster }: { cluster: Cluster }) {
  const summaries = linkSummaries(cluster);
  if (summaries.length === 0) return <Status tone="unknown">Unknown</Status>;
  const up = summaries.reduce((sum, { connected }) => sum + connected, 0);
  const total = summaries.reduce((sum, summary) => sum + summary.total, 0);
  return (
    <>
      <Status tone={share(up, total, cluster)}>
        {up} of {total} up
      </Status>
      <Detail>{whatIsDown(cluster, summaries)}</Detail>
    </>
  );
}

/** A dead host takes all its links along; that is one fact, not many. */
function whatIsDown(cluster: Cluster, summaries: LinkSummary[]): string {
  const down = summaries.flatMap((summary) => summary.down);
  if (down.length === 0) return `on ${count(summaries.length, 'link')}`;
  const offline = cluster.view.members.filter((member) => !member.online).map(({ name }) => name);
  if (down.every(({ from, to }) => offline.includes(from) || offline.includes(to))) {
    return `those of ${offline.join(', ')} down`;
  }
  return summaries
    .filter((summary) => summary.down.length > 0)
    .map(({ link }) => `link ${link}`)
    .join(', ')
    .concat(' not whole');
}

function DiskCount({ cluster }: { cluster: Cluster }) {
  const sections = useConsole((state) => state.sections.quorumDisks);
  const rows = quorumDiskRows(cluster, sections);
  if (rows.length === 0) return <Status tone="warning">None</Status>;
  const home = rows.filter(
    ({ placement, holderOnline }) => holderOnline && placement.mountedOn === placement.home,
  ).length;
  const flawed = rows.reduce((sum, row) => sum + row.flaws.reduce((all, { number }) => all + number, 0), 0);
  return (
    <>
      <Status tone={share(home, rows.length, cluster)}>
        {home} of {rows.length} at home
      </Status>
      <Detail>{flawed === 0 ? 'definitions current' : `${count(flawed, 'definition')} not current`}</Detail>
    </>
  );
}

function VmCount({ cluster }: { cluster: Cluster }) {
  const rows = vmRowsOf(useConsole(selectVmRows), cluster.key);
  const running = rows.filter((row) => row.live && isAlive(row.state));
  const unprotected = running.filter((row) => !row.protected).length;
  const unseen = rows.filter((row) => !row.live).length;
  const tone: Tone = unseen > 0 ? 'unknown' : unprotected > 0 ? 'warning' : 'ok';
  const details = [
    unprotected === 0 ? '' : `${unprotected} unprotected`,
    unseen === 0 ? '' : `${unseen} out of sight`,
  ].filter((part) => part !== '');
  const whole = running.length === 0 ? `${count(rows.length, 'VM')} defined` : 'all of them protected';
  return (
    <>
      <Status tone={tone}>{running.length} running</Status>
      <Detail>{details.length === 0 ? whole : details.join(', ')}</Detail>
    </>
  );
}

/** All is well only if it is all of it, and if a live host says so. */
function share(part: number, whole: number, cluster: Cluster): Tone {
  if (cluster.viewFrom.freshness !== 'live') return 'unknown';
  return part === whole ? 'ok' : 'warning';
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="mm-fact">
      <div className="mm-fact-name">{name}</div>
      {children}
    </div>
  );
}

function Detail({ children }: { children: ReactNode }) {
  return <div className="mm-fact-detail">{children}</div>;
}
