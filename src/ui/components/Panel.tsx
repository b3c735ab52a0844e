import { Title } from '@patternfly/react-core';
import { type ReactNode, useId } from 'react';

interface PanelProps {
  title: string;
  /** Beside the title: a summary that spares reading the panel. */
  summary?: ReactNode;
  actions?: ReactNode;
  className?: string;
  /** Name by which a stop of the tour marks this panel. */
  tour?: string;
  children: ReactNode;
}

/** A titled part of a screen, found by screen readers as a region. */
export function Panel({ title, summary, actions, className, tour, children }: PanelProps) {
  const id = useId();
  return (
    <section className={`mm-panel ${className ?? ''}`} aria-labelledby={id} data-tour={tour}>
      <div className="mm-panel-head">
        <Title headingLevel="h2" size="md" id={id}>
          {title}
        </Title>
        {summary === undefined ? null : <div className="mm-panel-summary">{summary}</div>}
        {actions === undefined ? null : <div className="mm-panel-actions">{actions}</div>}
      </div>
      {children}
    </section>
  );
}
