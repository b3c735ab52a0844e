import { Icon } from '@patternfly/react-core';
import {
  BanIcon,
  CheckCircleIcon,
  ExclamationCircleIcon,
  ExclamationTriangleIcon,
  InfoCircleIcon,
  InProgressIcon,
  MinusCircleIcon,
  OutlinedClockIcon,
  QuestionCircleIcon,
} from '@patternfly/react-icons';
import type { ReactNode } from 'react';

/** What a status means to the admin. Each has an icon of its own shape, so that colour is never the only sign. */
export type Tone =
  | 'ok'
  | 'info'
  | 'warning'
  | 'error'
  | 'unknown'
  | 'off'
  | 'working'
  | 'waiting'
  | 'refused';

const icons = {
  ok: { status: 'success', glyph: CheckCircleIcon },
  info: { status: 'info', glyph: InfoCircleIcon },
  warning: { status: 'warning', glyph: ExclamationTriangleIcon },
  error: { status: 'danger', glyph: ExclamationCircleIcon },
  unknown: { status: null, glyph: QuestionCircleIcon },
  off: { status: null, glyph: MinusCircleIcon },
  // Still on purpose: a screen of spinning icons costs a core on a remote desktop and tells no more.
  working: { status: 'info', glyph: InProgressIcon },
  waiting: { status: null, glyph: OutlinedClockIcon },
  refused: { status: null, glyph: BanIcon },
} as const;

export function StatusIcon({ tone, label }: { tone: Tone; label?: string }) {
  const naming = label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  const { status, glyph: Glyph } = icons[tone];
  return (
    <Icon isInline {...(status === null ? {} : { status })} className={`mm-tone-${tone}`} {...naming}>
      <Glyph />
    </Icon>
  );
}

/** Icon and word. The word carries the meaning; the icon makes it quick to find. */
export function Status({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={`mm-status mm-status-${tone}`}>
      <StatusIcon tone={tone} />
      <span>{children}</span>
    </span>
  );
}
