import type { ReactNode } from 'react';
import { type FailoverRecord, summaryOf } from '../../../contract/failover.ts';
import { useNow } from '../../components/clock.ts';
import { formatDuration } from '../../components/format.ts';
import { Status } from '../../components/Status.tsx';
import type { FailoverState } from '../../store/selectors/takeovers.ts';
import { beganAt, fencingText, totalMs } from './steps.ts';

/** The result in one strip: what runs, how long it took, who did it, how the host was fenced. */
export function RecordFacts({ record, state }: { record: FailoverRecord; state: FailoverState }) {
  const { counts } = summaryOf(record);
  const lost = counts.down + counts.refused;
  const pending = counts.total - counts.running - lost;
  return (
    <section className="mm-facts mm-record-facts" aria-label="Result">
      <Fact
        name="Running"
        detail={pending === 0 ? '' : `${pending} ${state === 'running' ? 'to come' : 'not recorded'}`}
      >
        <Status tone={counts.running === counts.total ? 'ok' : state === 'running' ? 'working' : 'info'}>
          {counts.running} of {counts.total}
        </Status>
      </Fact>
      <Fact name="Not running" detail={lost === 0 ? '' : `${counts.down} down, ${counts.refused} refused`}>
        <Status tone={lost === 0 ? 'ok' : 'error'}>{lost === 0 ? 'none' : lost}</Status>
      </Fact>
      <Fact
        name={record.times.detected === undefined ? 'Took' : 'From loss to end'}
        detail={new Date(beganAt(record)).toLocaleString()}
      >
        <Duration record={record} state={state} />
      </Fact>
      <Fact
        name="Carried out by"
        detail={record.owners.length < 2 ? '' : 'earlier owners were lost themselves'}
      >
        {record.owners.map(({ host }) => host).join(', then ')}
      </Fact>
      {record.kind === 'rejoin' ? null : (
        <Fact name="Fencing" detail="">
          {fencingText(record) ?? <span className="mm-dim">not recorded</span>}
        </Fact>
      )}
    </section>
  );
}

function Duration({ record, state }: { record: FailoverRecord; state: FailoverState }) {
  const now = useNow();
  const total = totalMs(record);
  if (total !== null) return <>{formatDuration(total)}</>;
  if (state !== 'running') return <span className="mm-dim">not recorded</span>;
  return <>{formatDuration(Math.floor((now - beganAt(record)) / 1000) * 1000)} so far</>;
}

function Fact({ name, detail, children }: { name: string; detail: string; children: ReactNode }) {
  return (
    <div>
      <div className="mm-fact-name">{name}</div>
      {children}
      <div className="mm-fact-detail">{detail}</div>
    </div>
  );
}
