import { Title } from '@patternfly/react-core';
import { type ReactNode, useEffect, useRef } from 'react';

interface ScreenProps {
  title: string;
  /** Small line above the title: where this screen belongs. */
  context?: ReactNode;
  /** Beside the title: the state in a word. */
  status?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A screen's frame. Takes the focus to its heading when it opens, so that a screen reader says where one is. */
export function Screen({ title, context, status, actions, children }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – Minime`;
  }, [title]);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div className="mm-screen">
      <div className="mm-screen-head">
        <div>
          {context === undefined ? null : <div className="mm-screen-context">{context}</div>}
          <div className="mm-screen-title">
            <Title headingLevel="h1" size="xl" ref={heading} tabIndex={-1}>
              {title}
            </Title>
            {status}
          </div>
        </div>
        {actions === undefined ? null : <div className="mm-screen-actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
