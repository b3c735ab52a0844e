import { Label } from '@patternfly/react-core';
import type { DiffLine } from '../model/policyDiff.ts';

interface DiffListProps {
  lines: readonly DiffLine[];
  label: string;
  /** Of the headings above its parts. */
  headingLevel: 'h2' | 'h3';
  /** What somebody else changed too. */
  contested?: ReadonlySet<string>;
}

const parts = ['Restart order', 'Rules', 'Thresholds', 'Takeover'] as const;

/** Differences in words, by what they are about. */
export function DiffList({ lines, label, headingLevel: Heading, contested = new Set() }: DiffListProps) {
  if (lines.length === 0) return <p className="mm-dim">Nothing is different.</p>;
  return (
    <div className="mm-prio-diff" tabIndex={0} role="region" aria-label={label}>
      {parts.map((part) => {
        const own = lines.filter((line) => line.part === part);
        if (own.length === 0) return null;
        return (
          <section key={part}>
            <Heading className="mm-subhead">{part}</Heading>
            <ul>
              {own.map(({ about, text }) => (
                <li key={`${about} ${text}`}>
                  {text}
                  {contested.has(about) ? (
                    <>
                      {' '}
                      <Label isCompact status="warning">
                        both changed it
                      </Label>
                    </>
                  ) : null}
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}
