import { Age } from '../../components/Age.tsx';
import { Bounded } from '../../components/Bounded.tsx';
import { FindingList } from '../../components/FindingLine.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Status } from '../../components/Status.tsx';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { ReadinessRow } from './ReadinessRow.tsx';

/** What would happen if a host failed now, host by host: the question that the cluster is there for. */
export function ReadinessPanel({ cluster }: { cluster: Cluster }) {
  const readiness = useConsole((state) => state.readiness[cluster.id ?? '']);
  const live = cluster.viewFrom.freshness === 'live';
  if (cluster.id === null) return null;
  if (readiness === undefined || !live) {
    return (
      <Panel title="If a host failed now" tour="readiness">
        <Status tone="unknown">
          {live
            ? 'It is being worked out.'
            : 'No host of this cluster is connected, so it cannot be worked out.'}
        </Status>
      </Panel>
    );
  }
  // Hosts report contradictions in the policy themselves, and that stands at the top of this screen.
  const problems = readiness.problems.filter(({ id }) => !id.startsWith('policy-'));
  const told = new Set(readiness.hosts.map(({ host }) => host));
  const untold = cluster.hosts.filter(({ name, member }) => !told.has(name) && member?.online === true);
  return (
    <Panel
      tour="readiness"
      title="If a host failed now"
      summary={
        <span className="mm-dim">
          <Age at={readiness.at} prefix="worked out" />
        </span>
      }
    >
      {problems.length === 0 ? null : (
        <div className="mm-readiness-problems">
          <FindingList findings={problems} />
        </div>
      )}
      <Bounded rows={readiness.hosts.length} label="If a host failed now">
        <ul className="mm-readiness">
          {readiness.hosts.map(({ host, plan }) => (
            <ReadinessRow key={host} host={host} plan={plan} />
          ))}
          {untold.map(({ name }) => (
            <li key={name}>
              <Status tone="unknown">
                <strong>{name}</strong>: not known what runs on it
              </Status>
            </li>
          ))}
        </ul>
      </Bounded>
    </Panel>
  );
}
