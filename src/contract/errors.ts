import { z } from 'zod';

/** What went wrong, in terms a caller can branch on. The screen shows the text; code looks only at this. */
export const errorKinds = [
  'unreachable',
  'auth-failed',
  'host-key-unknown',
  'host-key-changed',
  'not-permitted',
  'timeout',
  'cancelled',
  'invalid-input',
  'conflict',
  'not-found',
  'unsupported',
  'protocol-mismatch',
  'tool-failed',
  'storage',
  'busy',
  'internal',
] as const;

export const errorInfoSchema = z.object({
  kind: z.enum(errorKinds),
  /** What happened, one sentence. */
  message: z.string(),
  /** The host it happened on, as the admin knows it. */
  host: z.string().optional(),
  /** Why, as far as known. */
  cause: z.string().optional(),
  /** What the admin can do about it. */
  remedy: z.string().optional(),
  /** Tool output and the like, for "copy details". Never holds a secret. */
  details: z.string().optional(),
});

export type ErrorKind = (typeof errorKinds)[number];
export type ErrorInfo = z.infer<typeof errorInfoSchema>;

/** The one error type that crosses layers. Anything else that is thrown is a defect and becomes `internal`. */
export class MinimeError extends Error {
  readonly info: ErrorInfo;

  constructor(info: ErrorInfo, options?: { cause?: unknown }) {
    super(info.message, options);
    this.name = 'MinimeError';
    this.info = info;
  }

  get kind(): ErrorKind {
    return this.info.kind;
  }
}

/** Turns anything thrown into an `ErrorInfo`; what is not a `MinimeError` is reported as a defect, not hidden. */
export function toErrorInfo(thrown: unknown, context: { host?: string } = {}): ErrorInfo {
  if (thrown instanceof MinimeError) {
    return context.host !== undefined && thrown.info.host === undefined
      ? { ...thrown.info, host: context.host }
      : thrown.info;
  }
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return { kind: 'cancelled', message: 'The operation was cancelled.', ...context };
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return {
    kind: 'internal',
    message: `An unexpected error occurred: ${error.message}`,
    remedy: 'Copy the details and report them; this is a defect in Minime.',
    ...(error.stack === undefined ? {} : { details: error.stack }),
    ...context,
  };
}
