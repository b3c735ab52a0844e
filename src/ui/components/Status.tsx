import {
  BanIconConfig,
  CheckCircleIconConfig,
  ExclamationCircleIconConfig,
  ExclamationTriangleIconConfig,
  InfoCircleIconConfig,
  InProgressIconConfig,
  MinusCircleIconConfig,
  OutlinedClockIconConfig,
  QuestionCircleIconConfig,
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

interface Glyph {
  width: number;
  height: number;
  svgPathData: string;
}

const glyphs: Record<Tone, { icon: Glyph }> = {
  ok: CheckCircleIconConfig,
  info: InfoCircleIconConfig,
  warning: ExclamationTriangleIconConfig,
  error: ExclamationCircleIconConfig,
  unknown: QuestionCircleIconConfig,
  off: MinusCircleIconConfig,
  // Still on purpose: a screen of spinning icons costs a core on a remote desktop and tells no more.
  working: InProgressIconConfig,
  waiting: OutlinedClockIconConfig,
  refused: BanIconConfig,
};

/**
 * PatternFly's drawing without its component, which makes seven elements of an icon: there are hundreds in a long list, and each
 * is styled and laid out whenever one scrolls.
 */
export function StatusIcon({ tone, label }: { tone: Tone; label?: string }) {
  const { width, height, svgPathData } = glyphs[tone].icon;
  const naming = label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  return (
    <svg className={`mm-glyph mm-tone-${tone}`} viewBox={`0 0 ${width} ${height}`} {...naming}>
      <path d={svgPathData} />
    </svg>
  );
}

/** Icon and word. The word carries the meaning; the icon makes it quick to find. */
export function Status({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={`mm-status mm-status-${tone}`}>
      <StatusIcon tone={tone} />
      {/* What is more than a word must not be pulled apart by the gap between icon and word. */}
      {typeof children === 'string' ? children : <span>{children}</span>}
    </span>
  );
}
