import { Button } from '@patternfly/react-core';
import { type ReactNode, useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { Policy, Tier } from '../../../../contract/policy.ts';
import { matches } from '../../vms/vmList.ts';
import type { Change } from '../model/change.ts';
import { type ListRow, listRows } from '../model/listRows.ts';
import { GroupDialog } from '../rules/GroupDialog.tsx';
import { VmRulesDialog } from '../rules/VmRulesDialog.tsx';
import type { ClusterVms } from '../useClusterVms.ts';
import type { Outcomes } from '../whatif/outcomes.ts';
import { readinessText } from '../words.ts';
import { ListGrid } from './ListGrid.tsx';
import { ListFilter, ListTools, type Tool } from './ListTools.tsx';
import { MoveToDialog } from './MoveToDialog.tsx';
import { ruleMarks } from './ruleMarks.ts';
import { TierActions } from './TierActions.tsx';
import { TierDialog } from './TierDialog.tsx';
import { type Carry, useOrderList } from './useOrderList.ts';

interface PriorityListProps {
  policy: Policy;
  vms: ClusterVms;
  hosts: string[];
  outcomes: Outcomes;
  failed: string[];
  readOnly: boolean;
  carry: Carry | null;
  setCarry: (carry: Carry | null) => void;
  change: (change: Change) => string | null;
}

type Open =
  | { kind: 'move' | 'rules'; vms: string[] }
  | { kind: 'tier'; tier: Tier | null; before: string | null }
  | { kind: 'group'; vms: string[] }
  | null;

export function PriorityList(props: PriorityListProps) {
  const { policy, vms, hosts, outcomes, failed, readOnly, carry, setCarry, change } = props;
  const [filter, setFilter] = useState('');
  const [onlyFailing, setOnlyFailing] = useState(false);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const words = useDeferredValue(filter);
  const filtered = words.trim() !== '' || onlyFailing;
  const rows = useMemo(() => {
    const shown = (uuid: string) => {
      const row = vms.byUuid.get(uuid);
      if (row === undefined) return !onlyFailing && uuid.includes(words.trim());
      return matches(row, words) && (!onlyFailing || row.runningOn.some(({ name }) => failed.includes(name)));
    };
    return listRows(policy, vms.rows, filtered ? shown : undefined);
  }, [policy, vms, words, onlyFailing, filtered, failed]);
  const list = useOrderList({
    policy,
    rows,
    nameOf: vms.nameOf,
    readOnly,
    carry,
    setCarry,
    change,
    openMoveTo: (chosen) => setOpen({ kind: 'move', vms: chosen }),
    openRules: (chosen) => setOpen({ kind: 'rules', vms: chosen }),
  });
  const marks = useMemo(() => ruleMarks(policy), [policy]);
  const shown = rows.filter(({ kind }) => kind === 'vm').length;
  const total = useMemo(
    () => listRows(policy, vms.rows).filter(({ kind }) => kind === 'vm').length,
    [policy, vms.rows],
  );
  const headingDetail = useCallback(
    (row: ListRow): ReactNode => {
      if (row.kind === 'unlisted') return 'they come last, by name; drag one into a tier to give it a place';
      const tier = row.kind === 'tier' ? policy.tiers[row.tier] : undefined;
      if (row.kind !== 'tier' || tier === undefined) return '';
      return row.tier === policy.tiers.length - 1
        ? 'the last tier'
        : `the next begins ${readinessText(tier.readiness)}`;
    },
    [policy.tiers],
  );
  const headingActions = useCallback(
    (row: ListRow): ReactNode => {
      if (row.kind !== 'tier' || readOnly) return null;
      return (
        <TierActions
          policy={policy}
          index={row.tier}
          change={change}
          edit={() => setOpen({ kind: 'tier', tier: policy.tiers[row.tier] ?? null, before: null })}
          addAbove={() => setOpen({ kind: 'tier', tier: null, before: row.name })}
        />
      );
    },
    [policy, change, readOnly],
  );
  const { chosen } = list;
  const openTool = useCallback(
    (tool: Tool) =>
      setOpen(tool === 'tier' ? { kind: 'tier', tier: null, before: null } : { kind: tool, vms: chosen }),
    [chosen],
  );
  return (
    <div className="mm-prio-list">
      <ListFilter
        filter={filter}
        setFilter={setFilter}
        onlyFailing={onlyFailing}
        setOnlyFailing={setOnlyFailing}
        shown={shown}
        total={total}
      />
      {readOnly ? null : <ListTools chosen={chosen.length} open={openTool} />}
      <ListGrid
        label="Restart order"
        scroller={list.scroller}
        rows={rows}
        edges={list.edges}
        vms={vms}
        marks={marks}
        outcomes={outcomes}
        selected={list.selection.vms}
        active={list.active}
        carried={list.carried}
        gap={carry?.gap ?? null}
        onClick={list.onClick}
        onKeyDown={list.onKeyDown}
        onFocus={list.onFocus}
        register={list.register}
        headingDetail={headingDetail}
        headingActions={headingActions}
        empty={
          shown === 0 && filtered ? (
            <p className="mm-prio-none">
              No VM fits the filter.{' '}
              <Button
                variant="link"
                isInline
                onClick={() => {
                  setFilter('');
                  setOnlyFailing(false);
                }}
              >
                Clear the filter
              </Button>
            </p>
          ) : null
        }
      />
      <p className="mm-dim mm-prio-hint">
        {filtered
          ? 'Filtered: a VM that is dropped comes right before the shown VM below it, or at a tier’s end right after the one above; hidden VMs stay where they are.'
          : 'Drag VMs, or press Space to pick up, arrow keys to move and Space to drop; Alt+↑ and Alt+↓ move at once. Shift and Ctrl choose several.'}
      </p>
      <div role="status" aria-live="assertive" className="pf-v6-screen-reader">
        {list.announcement}
      </div>
      {open?.kind === 'move' ? (
        <MoveToDialog policy={policy} vms={open.vms} nameOf={vms.nameOf} change={change} close={close} />
      ) : null}
      {open?.kind === 'rules' ? (
        <VmRulesDialog
          policy={policy}
          vms={open.vms}
          hosts={hosts}
          nameOf={vms.nameOf}
          change={change}
          close={close}
        />
      ) : null}
      {open?.kind === 'group' ? (
        <GroupDialog
          policy={policy}
          group={{ name: '', kind: 'keep-apart', vms: open.vms }}
          isNew
          vms={vms}
          change={change}
          close={close}
        />
      ) : null}
      {open?.kind === 'tier' ? (
        <TierDialog policy={policy} tier={open.tier} before={open.before} change={change} close={close} />
      ) : null}
    </div>
  );
}
