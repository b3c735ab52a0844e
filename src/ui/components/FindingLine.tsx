import type { ReactNode } from 'react';
import type { Finding } from '../../contract/finding.ts';
import { CopyButton } from './CopyButton.tsx';
import { findingText, findingTone, severityWord } from './findings.ts';
import { StatusIcon } from './Status.tsx';

interface FindingLineProps {
  finding: Finding;
  /** Leave the host out where the heading above already names it. */
  hideHost?: boolean;
  /** Stands at the end of the title line: an age, a link. */
  aside?: ReactNode;
}

/** One finding: what, why, what to do. */
export function FindingLine({ finding, hideHost = false, aside }: FindingLineProps) {
  const host =
    hideHost || finding.host === undefined || finding.title.includes(finding.host) ? null : finding.host;
  return (
    <div className={`mm-finding mm-finding-${finding.severity}`}>
      <StatusIcon tone={findingTone[finding.severity]} label={severityWord[finding.severity]} />
      <div className="mm-finding-text">
        <div className="mm-finding-title">
          <strong>
            {host === null ? '' : `${host}: `}
            {heading(finding.title)}
          </strong>
          <span className="mm-finding-aside">
            {aside}
            {finding.severity === 'error' ? <CopyButton text={findingText(finding)} /> : null}
          </span>
        </div>
        {finding.cause === undefined ? null : <div className="mm-finding-cause">{finding.cause}</div>}
        {finding.remedy === undefined ? null : (
          <div className="mm-finding-remedy">
            <span className="mm-label">What to do:</span> {finding.remedy}
          </div>
        )}
      </div>
    </div>
  );
}

/** A title is no sentence, whoever wrote it. */
function heading(title: string): string {
  return title.replace(/\.$/, '');
}

export function FindingList({ findings, hideHost = false }: { findings: Finding[]; hideHost?: boolean }) {
  return (
    <ul className="mm-findings">
      {findings.map((finding, index) => (
        // Findings have no identity beyond their place: two may be equal but for the subject.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={`${finding.id}-${finding.host ?? ''}-${finding.subject ?? ''}-${index}`}>
          <FindingLine finding={finding} hideHost={hideHost} />
        </li>
      ))}
    </ul>
  );
}
