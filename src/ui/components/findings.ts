import type { ErrorInfo } from '../../contract/errors.ts';
import type { Finding } from '../../contract/finding.ts';
import type { Tone } from './Status.tsx';

export const findingTone: Record<Finding['severity'], Tone> = {
  ok: 'ok',
  info: 'info',
  warning: 'warning',
  error: 'error',
};

export const severityWord: Record<Finding['severity'], string> = {
  ok: 'OK',
  info: 'Note',
  warning: 'Warning',
  error: 'Error',
};

/** All that is known of an error, as text for a ticket or a chat. */
export function errorText(error: ErrorInfo): string {
  return [
    error.message,
    error.host === undefined ? null : `Host: ${error.host}`,
    error.cause === undefined ? null : `Cause: ${error.cause}`,
    error.remedy === undefined ? null : `What to do: ${error.remedy}`,
    `Kind: ${error.kind}`,
    error.details === undefined ? null : `Details:\n${error.details}`,
  ]
    .filter((line) => line !== null)
    .join('\n');
}

/** The same of a finding. */
export function findingText({ id, severity, title, host, cause, remedy }: Finding): string {
  return [
    `${severityWord[severity]}: ${title}`,
    host === undefined ? null : `Host: ${host}`,
    cause === undefined ? null : `Cause: ${cause}`,
    remedy === undefined ? null : `What to do: ${remedy}`,
    `Id: ${id}`,
  ]
    .filter((line) => line !== null)
    .join('\n');
}
