import { FindingLine } from '../../components/FindingLine.tsx';
import { Panel } from '../../components/Panel.tsx';
import { StaleBadge } from '../../components/StaleBadge.tsx';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { HostIdentity } from '../../store/selectors/hosts.ts';
import { problemsOfHost, selectProblems } from '../../store/selectors/problems.ts';

export function HostProblems({ host }: { host: HostIdentity }) {
  const problems = problemsOfHost(useConsole(selectProblems), host);
  if (problems.length === 0) return null;
  return (
    <Panel title="What is wrong right now">
      <ul className="mm-findings">
        {problems.map(({ key, finding, staleSince }) => (
          <li key={key}>
            <FindingLine
              finding={finding}
              hideHost={finding.host === host.name}
              {...(staleSince === null ? {} : { aside: <StaleBadge since={staleSince} /> })}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
