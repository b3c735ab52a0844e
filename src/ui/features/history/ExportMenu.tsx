import { Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { useState } from 'react';
import type { FailoverRecord } from '../../../contract/failover.ts';
import { csvFile, type ExportFile, jsonFile } from './exports.ts';
import { reportFile } from './report.ts';

interface ExportMenuProps {
  record: FailoverRecord;
  clusterName: string;
}

/** Saves the record where the admin's browser or desktop puts downloads. */
export function ExportMenu({ record, clusterName }: ExportMenuProps) {
  const [open, setOpen] = useState(false);
  const save = (file: ExportFile) => () => download(file);
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle ref={ref} isExpanded={open} onClick={() => setOpen(!open)}>
          Export
        </MenuToggle>
      )}
    >
      <DropdownList>
        <DropdownItem description="To read, and for tickets" onClick={save(reportFile(record, clusterName))}>
          Report (Markdown)
        </DropdownItem>
        <DropdownItem description="One line per VM" onClick={save(csvFile(record))}>
          Table (CSV)
        </DropdownItem>
        <DropdownItem description="Everything, for programs" onClick={save(jsonFile(record))}>
          Record (JSON)
        </DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}

function download({ name, type, text }: ExportFile): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the data by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
