import type { FailoverRecord } from '../../../contract/failover.ts';
import { formatDuration } from '../../components/format.ts';
import { Panel } from '../../components/Panel.tsx';
import { StatusIcon } from '../../components/Status.tsx';
import { type RecordStep, stepsOf } from './steps.ts';

/** The steps from the loss to the end, each with its time and how long it took; a time nobody noted is said. */
export function RecordTimeline({ record }: { record: FailoverRecord }) {
  return (
    <Panel title="Timeline" summary={<span className="mm-dim">+ is the time since the step before</span>}>
      <ol className="mm-timeline">
        {stepsOf(record).map((step) => (
          <Step key={step.id} step={step} />
        ))}
      </ol>
    </Panel>
  );
}

function Step({ step: { name, at, tookMs, gap } }: { step: RecordStep }) {
  return (
    <li className={at === null ? 'mm-timeline-step mm-timeline-gap' : 'mm-timeline-step'}>
      <span className="mm-timeline-name">
        <StatusIcon tone={at !== null ? 'ok' : gap === 'not yet' ? 'waiting' : 'unknown'} /> {name}
      </span>
      {at === null ? null : (
        <time
          dateTime={new Date(at).toISOString()}
          title={new Date(at).toLocaleString()}
          className="mm-figures"
        >
          {clockTime(at)}
        </time>
      )}
      {tookMs === null ? null : <strong className="mm-figures">+ {formatDuration(tookMs)}</strong>}
      {gap === null ? null : <span className="mm-dim">{gap}</span>}
    </li>
  );
}

/** "03:12:08.4": the date stands above. */
export function clockTime(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const tenth = Math.floor(date.getMilliseconds() / 100);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${tenth}`;
}
