import type { ReactNode } from 'react';

interface CellProps {
  /** The heading of its column. */
  label: string;
  className?: string;
  title?: string;
  /** What does not fit is cut off, rather than wrapped. */
  truncate?: boolean;
  children: ReactNode;
}

/**
 * A cell for long lists whose rows come and go while one scrolls. It looks like PatternFly's, but that one measures itself after each
 * rendering, and its many custom properties make it slow to style: with hundreds of cells the page then waits for its layout.
 */
export function Cell({ label, className = '', title, truncate = false, children }: CellProps) {
  const classes = ['mm-cell', truncate ? 'mm-truncate' : '', className].filter(Boolean);
  return (
    <td data-label={label} className={classes.join(' ')} title={title}>
      {children}
    </td>
  );
}
