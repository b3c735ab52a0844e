import { Button, SearchInput, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { memo } from 'react';

interface ListFilterProps {
  filter: string;
  setFilter: (filter: string) => void;
  onlyFailing: boolean;
  setOnlyFailing: (only: boolean) => void;
  shown: number;
  total: number;
}

export const ListFilter = memo(function ListFilter(props: ListFilterProps) {
  const { filter, setFilter, onlyFailing, setOnlyFailing, shown, total } = props;
  return (
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
        <ToggleGroupItem text="All" isSelected={!onlyFailing} onChange={() => setOnlyFailing(false)} />
        <ToggleGroupItem
          text="On the failing hosts"
          isSelected={onlyFailing}
          onChange={() => setOnlyFailing(true)}
        />
      </ToggleGroup>
      <span className="mm-dim" role="status">
        {shown === total ? '' : `${shown} of ${total} shown`}
      </span>
    </div>
  );
});

/** What is opened from the tools: for the VMs that are chosen, or a new tier. */
export type Tool = 'move' | 'rules' | 'group' | 'tier';

/** What can be done with the chosen VMs without dragging. */
export const ListTools = memo(function ListTools({
  chosen,
  open,
}: {
  chosen: number;
  open: (tool: Tool) => void;
}) {
  const button = (tool: Tool, label: string, least: number) => (
    <Button variant="secondary" size="sm" isDisabled={chosen < least} onClick={() => open(tool)}>
      {label}
    </Button>
  );
  return (
    <div className="mm-prio-tools">
      {button('move', 'Move to…', 1)}
      {button('rules', 'Rules…', 1)}
      {button('group', 'Together or apart…', 2)}
      {button('tier', 'New tier…', 0)}
      <span className="mm-dim" role="status">
        {chosen === 0 ? '' : `${chosen} chosen`}
      </span>
    </div>
  );
});
