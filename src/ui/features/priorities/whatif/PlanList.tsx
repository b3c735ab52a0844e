import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useRef, useState } from 'react';
import { overCpuText, refusalText, staysDownText } from '../../../../contract/planText.ts';
import { formatForecast } from '../../../components/format.ts';
import { StatusIcon } from '../../../components/Status.tsx';
import { fateText, type Outcome } from './outcomes.ts';

const LINE = 28;

/** Every VM of the plan, in order: where it starts and when, or that it stays down; opened, why. */
export const PlanList = memo(function PlanList({ outcomes }: { outcomes: Outcome[] }) {
  const scroller = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const virtualizer = useVirtualizer({
    count: outcomes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    overscan: 8,
    getItemKey: (index) => outcomes[index]?.planned.uuid ?? index,
  });
  const toggle = (uuid: string) => {
    const next = new Set(open);
    if (!next.delete(uuid)) next.add(uuid);
    setOpen(next);
  };
  return (
    <div
      ref={scroller}
      className="mm-prio-plan"
      tabIndex={0}
      role="region"
      aria-label="Starts in order, scrollable"
    >
      <ol className="mm-prio-plan-lines" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const outcome = outcomes[item.index];
          if (outcome === undefined) return null;
          return (
            <li
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              aria-setsize={outcomes.length}
              aria-posinset={item.index + 1}
              className="mm-prio-plan-line"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <PlanLine
                outcome={outcome}
                isOpen={open.has(outcome.planned.uuid)}
                toggle={() => toggle(outcome.planned.uuid)}
              />
            </li>
          );
        })}
      </ol>
    </div>
  );
});

function PlanLine({ outcome, isOpen, toggle }: { outcome: Outcome; isOpen: boolean; toggle: () => void }) {
  const { planned, startedAtS, otherwise } = outcome;
  const starts = planned.outcome === 'start';
  const over = starts ? overCpuText(planned) : null;
  return (
    <>
      <button type="button" className="mm-prio-plan-button" aria-expanded={isOpen} onClick={toggle}>
        <span className="mm-prio-number">{starts ? planned.position : <StatusIcon tone="warning" />}</span>
        <span className="mm-prio-cut mm-grow" title={planned.name}>
          {planned.name}
        </span>
        {otherwise === null ? null : <span className="mm-prio-otherwise">now {fateText(otherwise)}</span>}
        {over === null ? null : <span className="mm-prio-over">over CPU</span>}
        <span className={starts ? 'mm-prio-cut' : 'mm-prio-cut mm-prio-down'}>
          {starts ? `→ ${planned.host}` : 'stays down'}
        </span>
        <span className="mm-prio-number mm-prio-seconds">
          {startedAtS === null ? '' : formatForecast(startedAtS)}
        </span>
      </button>
      {isOpen ? (
        <div className="mm-prio-why">
          {starts ? null : <p>{staysDownText(planned)}</p>}
          {over === null ? null : <p>It starts {over}.</p>}
          {planned.refused.length === 0 ? null : (
            <ul>
              {planned.refused.map((refusal) => (
                <li key={refusal.host}>{refusalText(refusal)}</li>
              ))}
            </ul>
          )}
          {starts && planned.refused.length === 0 ? <p>No other host is left.</p> : null}
        </div>
      ) : null}
    </>
  );
}
