import { Button, Pagination, SearchInput, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { HistoryIcon } from '@patternfly/react-icons';
import { useDeferredValue, useMemo, useState } from 'react';
import { healthTone, healthWord } from '../../components/health.ts';
import { Nothing } from '../../components/Nothing.tsx';
import { Screen } from '../../components/Screen.tsx';
import { Status } from '../../components/Status.tsx';
import { routeHref } from '../../shell/routes.ts';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { selectEvents } from '../../store/selectors/events.ts';
import { healthOf, selectProblems } from '../../store/selectors/problems.ts';
import { selectFailovers } from '../../store/selectors/takeovers.ts';
import { FailoverTable } from './FailoverTable.tsx';
import { HistoryTable } from './HistoryTable.tsx';
import {
  type HistoryRow,
  type HistoryView,
  historyRows,
  historyViews,
  inView,
  matches,
} from './historyList.ts';

const viewWords: Record<HistoryView, string> = {
  all: 'All',
  takeovers: 'Takeovers',
  rejoins: 'Starts at home',
  'not-all': 'Not all run',
  hosts: 'Hosts and links',
  changes: 'By admins',
};

const PER_PAGE = 50;

/** Everything that happened in the cluster, as far as any of its hosts has it on record. */
export function HistoryScreen({ cluster }: { cluster: Cluster }) {
  const failovers = useConsole(selectFailovers)[cluster.key];
  const events = useConsole(selectEvents)[cluster.key];
  const rows = useMemo(() => historyRows(failovers ?? [], events ?? []), [failovers, events]);
  const health = healthOf(cluster, useConsole(selectProblems));
  return (
    <Screen
      title={`History of ${cluster.name}`}
      context="Cluster"
      status={<Status tone={healthTone[health]}>{healthWord[health]}</Status>}
    >
      {rows.length === 0 ? <NoHistory cluster={cluster} /> : <HistoryList cluster={cluster} rows={rows} />}
    </Screen>
  );
}

function HistoryList({ cluster, rows }: { cluster: Cluster; rows: HistoryRow[] }) {
  const [view, setView] = useState<HistoryView>('all');
  const [filter, setFilter] = useState('');
  const [page, setPage] = useState(1);
  const words = useDeferredValue(filter);
  const shown = useMemo(
    () => rows.filter((row) => inView(row, view) && matches(row, words)),
    [rows, view, words],
  );
  const last = Math.max(1, Math.ceil(shown.length / PER_PAGE));
  const now = Math.min(page, last);
  const onPage = shown.slice((now - 1) * PER_PAGE, now * PER_PAGE);
  const show = (next: HistoryView, text: string) => {
    setView(next);
    setFilter(text);
    setPage(1);
  };
  return (
    <>
      <div className="mm-bar">
        <SearchInput
          aria-label="Filter by host, admin or what happened"
          placeholder="Host, admin, what happened"
          value={filter}
          onChange={(_event, value) => show(view, value)}
          onClear={() => show(view, '')}
          className="mm-filter"
        />
        <ToggleGroup aria-label="Show">
          {historyViews.map((name) => (
            <ToggleGroupItem
              key={name}
              text={`${viewWords[name]} (${rows.filter((row) => inView(row, name)).length})`}
              isSelected={view === name}
              onChange={() => show(name, filter)}
            />
          ))}
        </ToggleGroup>
        {last === 1 ? null : (
          <Pagination
            isCompact
            itemCount={shown.length}
            perPage={PER_PAGE}
            perPageOptions={[]}
            page={now}
            onSetPage={(_event, next) => setPage(next)}
            titles={{ paginationAriaLabel: 'Pages of the history' }}
          />
        )}
      </div>
      {shown.length === 0 ? (
        <Nothing
          title="Nothing of this kind has happened"
          actions={
            <Button variant="link" onClick={() => show('all', '')}>
              Show all
            </Button>
          }
        >
          {rows.length} of another kind are hidden.
        </Nothing>
      ) : view === 'takeovers' || view === 'rejoins' || view === 'not-all' ? (
        <FailoverTable
          cluster={cluster}
          failovers={onPage.flatMap((row) => (row.kind === 'failover' ? [row.failover] : []))}
        />
      ) : (
        <HistoryTable cluster={cluster} rows={onPage} />
      )}
      <p className="mm-dim">
        Each host keeps its latest 200 failovers and 300 other events; what any connected host has is shown.
      </p>
    </>
  );
}

function NoHistory({ cluster }: { cluster: Cluster }) {
  const told = useConsole((state) =>
    cluster.hosts.some(({ host }) => host !== null && state.sections.history[host.id] !== undefined),
  );
  return (
    <Nothing
      title={told ? 'Nothing has happened yet' : 'Not known'}
      icon={HistoryIcon}
      actions={
        <Button
          variant="link"
          component="a"
          href={routeHref({ screen: 'cluster', key: cluster.key, tab: told ? 'overview' : 'hosts' })}
        >
          {told ? 'See on the overview what a failure would do' : 'See why at its hosts'}
        </Button>
      }
    >
      {told
        ? 'Failovers, lost links and hosts, fencing, and what admins change appear here as they happen.'
        : 'No host of this cluster has told its history yet. Connect to one of them.'}
    </Nothing>
  );
}
