import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { FindingLine } from '../../components/FindingLine.tsx';
import { count } from '../../components/format.ts';
import { Panel } from '../../components/Panel.tsx';
import { StaleBadge } from '../../components/StaleBadge.tsx';
import { Status } from '../../components/Status.tsx';
import { routeHref } from '../../shell/routes.ts';
import type { Cluster } from '../../store/selectors/clusters.ts';
import type { Problem } from '../../store/selectors/problems.ts';
import { foldNotes } from './foldNotes.ts';

/** More than this are folded away, worst first, so that the rest of the screen stays in reach. */
const SHOWN = 6;

/** What is wrong right now. The first thing to read at night. */
export function ProblemsPanel({ problems: all, cluster }: { problems: Problem[]; cluster: Cluster }) {
  const problems = foldNotes(all);
  const [open, setOpen] = useState(false);
  const shown = open ? problems : problems.slice(0, SHOWN);
  return (
    <Panel title="What is wrong right now" tour="problems" summary={<Summary problems={problems} />}>
      {problems.length === 0 ? <NothingWrong cluster={cluster} /> : null}
      <ul className="mm-findings">
        {shown.map((problem) => (
          <li key={problem.key}>
            <FindingLine finding={problem.finding} aside={<Aside problem={problem} />} />
          </li>
        ))}
      </ul>
      {problems.length > SHOWN ? (
        <Button variant="link" isInline onClick={() => setOpen(!open)} aria-expanded={open}>
          {open ? 'Show fewer' : `Show ${problems.length - SHOWN} more`}
        </Button>
      ) : null}
    </Panel>
  );
}

function Summary({ problems }: { problems: Problem[] }) {
  const number = (severity: string) => problems.filter(({ finding }) => finding.severity === severity).length;
  return (
    <>
      {number('error') > 0 ? <Status tone="error">{count(number('error'), 'error')}</Status> : null}
      {number('warning') > 0 ? <Status tone="warning">{count(number('warning'), 'warning')}</Status> : null}
    </>
  );
}

function NothingWrong({ cluster }: { cluster: Cluster }) {
  if (cluster.viewFrom.freshness !== 'live') {
    return (
      <Status tone="unknown">
        No host of this cluster is connected, so nothing can be said.{' '}
        <StaleBadge since={cluster.viewFrom.staleSince} />
      </Status>
    );
  }
  return (
    <Status tone="ok">Nothing. All hosts, links, quorum disks and definitions are as they should be.</Status>
  );
}

function Aside({ problem }: { problem: Problem }) {
  return (
    <>
      {problem.staleSince === null ? null : <StaleBadge since={problem.staleSince} />}
      {problem.hostId === null ? null : (
        <a href={routeHref({ screen: 'host', hostId: problem.hostId })}>Open host</a>
      )}
    </>
  );
}
