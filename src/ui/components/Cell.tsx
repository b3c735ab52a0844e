import type { ReactNode } from 'react';

interface CellProps {
  /** The heading of its column, which narrow screens show before it. */
  label: string;
  className?: string;
  title?: string;
  /** What does not fit is cut off, rather than wrapped. */
  truncate?: boolean;
  children: ReactNode;
}

/**
 * A cell of PatternFly's table, for long lists whose rows come and go while one scrolls. PatternFly's own `Td` measures itself
 * after each rendering, to know whether it wants a tooltip: with hundreds of cells the page then waits for its layout.
 */
export function Cell({ label, className = '', title, truncate = false, children }: CellProps) {
  const classes = ['pf-v6-c-table__td', truncate ? 'pf-m-truncate' : '', className].filter(Boolean);
  return (
    <td data-label={label} className={classes.join(' ')} title={title}>
      {children}
    </td>
  );
}
