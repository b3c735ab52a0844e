import { type ErrorInfo, toErrorInfo } from '../../src/contract/errors.ts';

/** What is told when Minime cannot start: one line for the terminal, a text for the dialog. */
export function startFailure(thrown: unknown): {
  line: string;
  title: string;
  text: string;
  info: ErrorInfo;
} {
  const info = toErrorInfo(thrown);
  const parts = [info.message, info.cause, info.remedy].filter((part) => part !== undefined);
  return {
    info,
    line: `Minime could not start: ${parts.join(' ')}`.replaceAll(/\s+/g, ' '),
    title: 'Minime could not start',
    text: parts.join('\n\n'),
  };
}
