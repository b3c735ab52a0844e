import { drillDifferences } from '../../../contract/drillOutcome.ts';
import type { FailoverRecord } from '../../../contract/failover.ts';
import { Panel } from '../../components/Panel.tsx';
import { Status } from '../../components/Status.tsx';

/** Of a failover that was brought about on purpose: what came otherwise than in the dry run before it. */
export function DrillPanel({ record }: { record: FailoverRecord }) {
  if (record.drill === undefined) return null;
  const differences = drillDifferences(record);
  return (
    <Panel
      title="Fire drill"
      summary={
        differences === null ? (
          'It goes on.'
        ) : differences.length === 0 ? (
          <Status tone="ok">Every VM came as the dry run had it</Status>
        ) : (
          <Status tone="warning">{differences.length} came otherwise than in the dry run</Status>
        )
      }
    >
      <p>Brought about by {record.drill.by}.</p>
      {differences === null || differences.length === 0 ? null : (
        <ul className="mm-event-details">
          {differences.map(({ name, expected, happened }) => (
            <li key={name}>
              {name}: expected {place(expected)}, it is {place(happened)}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

const place = (host: string | null): string => (host === null ? 'down' : `on ${host}`);
