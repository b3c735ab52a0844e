import { type Finding, severityRank } from '../../../contract/finding.ts';
import type { PolicySection, QuorumDisksSection, TakeoverSection } from '../../../contract/hostState.ts';
import { memoize } from '../memoize.ts';
import type { ConsoleState } from '../state.ts';
import { type Cluster, selectClusters, selectFreeHosts } from './clusters.ts';
import { connectionProblem } from './connectionProblem.ts';
import { findDisagreements } from './disagreements.ts';
import type { HostIdentity } from './hosts.ts';
import { LINK_DOWN, linkFindings } from './linkFindings.ts';
import { readinessProblems } from './readinessProblems.ts';
import { syncFindings } from './syncFindings.ts';
import { vmProblems } from './vmProblems.ts';
import { selectVmRows, vmRowsOf } from './vms.ts';

/** One line of "what is wrong right now". */
export interface Problem {
  key: string;
  finding: Finding;
  /** Null: concerns hosts without a cluster. */
  clusterKey: string | null;
  /** Where to look into it. */
  hostId: string | null;
  /** Set if it was told by a host that is out of touch: since when. */
  staleSince: number | null;
}

export type Health = 'ok' | 'warning' | 'error' | 'unknown';

/** Of clusters and hosts: nothing that the VMs themselves have. */
const selectHostProblems = memoize(
  [
    selectClusters,
    selectFreeHosts,
    (state: ConsoleState) => state.sections.system,
    (state: ConsoleState) => state.sections.quorumDisks,
    (state: ConsoleState) => state.unreadable,
    (state: ConsoleState) => state.sections.takeover,
    (state: ConsoleState) => state.sections.policy,
    (state: ConsoleState) => state.readiness,
  ] as const,
  (clusters, freeHosts, system, quorumDisks, unreadable, takeovers, policies, readiness): ProblemSink => {
    const sink = new ProblemSink();
    const addHost = (host: HostIdentity, key: string | null) => {
      sink.add(connectionProblem(host, key !== null), key, host);
      sink.add(unreadable[host.id], key, host);
      for (const finding of host.connection.problems ?? []) {
        sink.addFromHost({ ...finding, host: host.name }, key, host);
      }
      for (const finding of system[host.id]?.problems ?? []) sink.addFromHost(finding, key, host);
    };
    for (const cluster of clusters) {
      for (const finding of findDisagreements(cluster, quorumDisks)) sink.add(finding, cluster.key, null);
      for (const { host } of cluster.hosts) if (host !== null) addHost(host, cluster.key);
      for (const finding of linkFindings(cluster)) sink.add(finding, cluster.key, null);
      addClusterFindings(sink, cluster, { quorumDisks, takeovers, policies });
      for (const finding of readinessProblems(cluster, readiness)) {
        sink.add(finding, cluster.key, null);
      }
    }
    for (const host of freeHosts) addHost(host, null);
    return sink;
  },
);

/** All problems, worst first; within a severity in the order: split cluster, hosts, disks, VMs. */
export const selectProblems = memoize(
  [selectHostProblems, selectClusters, selectVmRows] as const,
  (ofHosts, clusters, rows): Problem[] => {
    const sink = new ProblemSink(ofHosts);
    for (const { key } of clusters) {
      for (const { finding, host } of vmProblems(vmRowsOf(rows, key))) sink.add(finding, key, host);
    }
    for (const { finding, host } of vmProblems(vmRowsOf(rows, null))) {
      if (finding.severity === 'error') sink.add(finding, null, host);
    }
    return sink.sorted();
  },
);

export function problemsOf(problems: Problem[], key: string | null): Problem[] {
  return problems.filter((problem) => problem.clusterKey === key);
}

export function problemsOfHost(problems: Problem[], host: HostIdentity): Problem[] {
  return problems.filter(({ hostId, finding }) => hostId === host.id || finding.host === host.name);
}

/** Health of a cluster in one word. A cluster that no live host tells of is never fine. */
export function healthOf(cluster: Cluster, problems: Problem[]): Health {
  const mine = problemsOf(problems, cluster.key);
  if (mine.some(({ finding }) => finding.severity === 'error')) return 'error';
  if (cluster.viewFrom.freshness !== 'live') return 'unknown';
  return mine.some(({ finding }) => finding.severity === 'warning') ? 'warning' : 'ok';
}

interface ToldSections {
  quorumDisks: Record<string, QuorumDisksSection>;
  takeovers: Record<string, TakeoverSection>;
  policies: Record<string, PolicySection>;
}

function addClusterFindings(sink: ProblemSink, cluster: Cluster, sections: ToldSections): void {
  // The chosen view speaks first, so that what several hosts report alike stands there once, in its words.
  const told = cluster.hosts.toSorted(
    (a, b) => Number(b.host?.id === cluster.viewFrom.id) - Number(a.host?.id === cluster.viewFrom.id),
  );
  for (const { host, view } of told) {
    if (host === null) continue;
    // Once a live host speaks for the cluster, what hosts out of touch said about it is only history.
    const speaks = host.freshness === 'live' || host.id === cluster.viewFrom.id;
    for (const finding of speaks ? (view?.problems ?? []) : []) {
      if (finding.id !== LINK_DOWN) sink.addFromHost(finding, cluster.key, host);
    }
    for (const finding of sections.takeovers[host.id]?.problems ?? []) {
      sink.addFromHost(finding, cluster.key, host);
    }
    for (const finding of speaks ? (sections.policies[host.id]?.problems ?? []) : []) {
      sink.addFromHost(finding, cluster.key, host);
    }
    for (const disk of sections.quorumDisks[host.id]?.disks ?? []) {
      for (const finding of disk.problems) sink.addFromHost(finding, cluster.key, host);
    }
    const lastSync = sections.quorumDisks[host.id]?.sync?.last;
    for (const finding of lastSync === undefined ? [] : syncFindings(lastSync)) {
      sink.addFromHost(finding, cluster.key, host);
    }
  }
}

class ProblemSink {
  readonly #problems: Map<string, Problem>;

  /** With what another one holds. */
  constructor(before?: ProblemSink) {
    this.#problems = new Map(before === undefined ? [] : before.#problems);
  }

  add(finding: Finding | null | undefined, clusterKey: string | null, host: HostIdentity | null): void {
    if (finding === null || finding === undefined || finding.severity === 'ok') return;
    const key = [clusterKey, finding.id, finding.host, finding.subject].join('|');
    if (this.#problems.has(key)) return;
    this.#problems.set(key, { key, finding, clusterKey, hostId: host?.id ?? null, staleSince: null });
  }

  /** As told by a host: gets the host's name if it names none, and the age if the host is out of touch. */
  addFromHost(finding: Finding, clusterKey: string | null, host: HostIdentity): void {
    if (finding.severity === 'ok') return;
    const named =
      finding.host === undefined && clusterKey === null ? { ...finding, host: host.name } : finding;
    const key = [clusterKey, named.id, named.host ?? '', named.subject ?? ''].join('|');
    if (this.#problems.has(key)) return;
    const staleSince = host.freshness === 'live' ? null : host.staleSince;
    this.#problems.set(key, { key, finding: named, clusterKey, hostId: host.id, staleSince });
  }

  sorted(): Problem[] {
    return [...this.#problems.values()].sort(
      (a, b) => severityRank[a.finding.severity] - severityRank[b.finding.severity],
    );
  }
}
