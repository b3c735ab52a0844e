import { Title } from '@patternfly/react-core';
import { type ReactNode, useEffect, useRef } from 'react';

interface StepFrameProps {
  title: string;
  /** One or two sentences: what is decided here, and what happens to the hosts. */
  intro: string;
  children: ReactNode;
}

/** A step's content. Its heading takes the focus when the step opens. */
export function StepFrame({ title, intro, children }: StepFrameProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div className="mm-stack mm-step-frame">
      <div>
        <Title headingLevel="h2" size="lg" ref={heading} tabIndex={-1}>
          {title}
        </Title>
        <p className="mm-dim">{intro}</p>
      </div>
      {children}
    </div>
  );
}
