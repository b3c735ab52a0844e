import { ExpandableSection } from '@patternfly/react-core';
import { useId } from 'react';
import type { Finding } from '../../../contract/finding.ts';
import { FindingList } from '../../components/FindingLine.tsx';
import { count } from '../../components/format.ts';
import { Status } from '../../components/Status.tsx';
import { type FindingGroup, groupFindings } from './groupFindings.ts';

/** Findings host by host: what is wrong in full, what is right folded away. */
export function FindingGroups({ findings }: { findings: Finding[] }) {
  return (
    <div className="mm-stack">
      {groupFindings(findings).map((group) => (
        <Group key={group.host ?? ''} group={group} />
      ))}
    </div>
  );
}

function Group({ group: { host, wrong, right } }: { group: FindingGroup }) {
  const id = useId();
  const errors = wrong.filter(({ severity }) => severity === 'error').length;
  const warnings = wrong.filter(({ severity }) => severity === 'warning').length;
  return (
    <section className="mm-host-card" aria-labelledby={id}>
      <div className="mm-host-card-head">
        <h3 id={id}>{host ?? 'All hosts together'}</h3>
        <span className="mm-panel-summary">
          {errors > 0 ? <Status tone="error">{count(errors, 'error')}</Status> : null}
          {warnings > 0 ? <Status tone="warning">{count(warnings, 'warning')}</Status> : null}
          {errors + warnings === 0 ? <Status tone="ok">In order</Status> : null}
        </span>
      </div>
      {wrong.length === 0 ? null : <FindingList findings={wrong} hideHost />}
      {right.length === 0 ? null : (
        <ExpandableSection toggleText={`${count(right.length, 'check')} passed`}>
          <FindingList findings={right} hideHost />
        </ExpandableSection>
      )}
    </section>
  );
}
