import type { ReactNode } from 'react';

/** More rows than this are put into a box that scrolls, so that the next panel stays in reach. */
const ROWS = 12;

export function Bounded({ rows, label, children }: { rows: number; label: string; children: ReactNode }) {
  if (rows <= ROWS) return <>{children}</>;
  return (
    <div className="mm-bounded" tabIndex={0} role="region" aria-label={`${label}, scrollable`}>
      {children}
    </div>
  );
}
