import {
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
  type EmptyStateProps,
} from '@patternfly/react-core';
import type { ReactNode } from 'react';

interface NothingProps {
  title: string;
  icon?: EmptyStateProps['icon'];
  actions?: ReactNode;
  children: ReactNode;
}

/** Where there is nothing to show: says why, and what to do next. */
export function Nothing({ title, icon, actions, children }: NothingProps) {
  return (
    <EmptyState titleText={title} headingLevel="h2" variant="sm" {...(icon === undefined ? {} : { icon })}>
      <EmptyStateBody>{children}</EmptyStateBody>
      {actions === undefined ? null : (
        <EmptyStateFooter>
          <EmptyStateActions>{actions}</EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}
