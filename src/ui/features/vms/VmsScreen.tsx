import { Button, SearchInput, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { VirtualMachineIcon } from '@patternfly/react-icons';
import { useDeferredValue, useMemo, useState } from 'react';
import { healthTone, healthWord } from '../../components/health.ts';
import { Nothing } from '../../components/Nothing.tsx';
import { Screen } from '../../components/Screen.tsx';
import { Status } from '../../components/Status.tsx';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { healthOf, selectProblems } from '../../store/selectors/problems.ts';
import { selectVmRows, vmRowsOf } from '../../store/selectors/vms.ts';
import { VmTable } from './VmTable.tsx';
import { inView, matches, sortRows, type VmSort, type VmView, vmViews } from './vmList.ts';

const viewWords: Record<VmView, string> = {
  all: 'All',
  running: 'Running',
  away: 'Away from home',
  unprotected: 'Unprotected',
  'not-current': 'Not current',
};

export function VmsScreen({ cluster }: { cluster: Cluster }) {
  const all = useConsole(selectVmRows);
  const rows = useMemo(() => vmRowsOf(all, cluster.key), [all, cluster.key]);
  const [filter, setFilter] = useState('');
  const [view, setView] = useState<VmView>('all');
  const [sort, setSort] = useState<VmSort>({ column: 'name', direction: 'asc' });
  const words = useDeferredValue(filter);
  const noLoads = useMemo(() => ({}), []);
  const loads = useConsole((state) => (sort.column === 'cpu' ? state.sections.load : noLoads));
  const shown = useMemo(
    () =>
      sortRows(
        rows.filter((row) => inView(row, view) && matches(row, words)),
        sort,
        loads,
      ),
    [rows, view, words, sort, loads],
  );
  const health = healthOf(cluster, useConsole(selectProblems));
  return (
    <Screen
      title={`Virtual machines of ${cluster.name}`}
      context="Cluster"
      status={<Status tone={healthTone[health]}>{healthWord[health]}</Status>}
    >
      <div className="mm-bar">
        <SearchInput
          aria-label="Filter by name, host or uuid"
          placeholder="Name, host or uuid"
          value={filter}
          onChange={(_event, value) => setFilter(value)}
          onClear={() => setFilter('')}
          className="mm-filter"
        />
        <ToggleGroup aria-label="Show">
          {vmViews.map((name) => (
            <ToggleGroupItem
              key={name}
              text={`${viewWords[name]} (${rows.filter((row) => inView(row, name)).length})`}
              isSelected={view === name}
              onChange={() => setView(name)}
            />
          ))}
        </ToggleGroup>
        <span className="mm-dim" role="status">
          {shown.length === rows.length ? '' : `${shown.length} of ${rows.length} shown`}
        </span>
      </div>
      {rows.length === 0 ? (
        <Nothing title="No virtual machines" icon={VirtualMachineIcon}>
          No host of this cluster tells of a VM. Define one with the tools of your hypervisor; it appears here
          within a second and is saved to its host's quorum disk within five.
        </Nothing>
      ) : shown.length === 0 ? (
        <Nothing
          title="No VM fits the filter"
          actions={
            <Button
              variant="link"
              onClick={() => {
                setFilter('');
                setView('all');
              }}
            >
              Clear the filter
            </Button>
          }
        >
          {rows.length} are hidden.
        </Nothing>
      ) : (
        <VmTable rows={shown} sort={sort} onSort={setSort} label={`Virtual machines of ${cluster.name}`} />
      )}
    </Screen>
  );
}
