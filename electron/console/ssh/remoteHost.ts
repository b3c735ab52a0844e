import type { Duplex } from 'node:stream';
import type { ErrorInfo } from '../../../src/contract/errors.ts';

export interface ExecOptions {
  /** Bytes for the command's standard input. */
  stdin?: string | Buffer;
  /** Run with root rights (directly as root, else through sudo). */
  asRoot?: boolean;
  signal?: AbortSignal;
  /** Milliseconds until the command is given up with a `timeout` error. Default 60 000. */
  timeoutMs?: number;
  /** Called for every complete line of standard output or error while the command runs. */
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Bytes of output kept per stream before the command is ended with `tool-failed`. Default 16 MiB. */
  maxOutput?: number;
}

export interface ExecResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** A host that commands can be run on: what deployment, preflight and the vmcl session see of SSH. */
export interface RemoteHost {
  /** Address as the admin knows it, for error texts. */
  readonly label: string;
  /**
   * Runs one program with an argument array; each argument arrives unchanged whatever it holds. Resolves with any exit
   * code; rejects with a MinimeError for what kept the command from running to its end.
   */
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Like `exec`, but a non-zero exit code rejects with `tool-failed`, its stderr in the details. */
  run(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Atomic: temporary file beside the target, mode and owner root set, fsync, rename. Runs as root. */
  writeFile(
    path: string,
    content: string | Buffer,
    options: { mode: string; signal?: AbortSignal },
  ): Promise<void>;
  /** Null if there is no such file. Runs as root. */
  readFile(path: string, options?: { signal?: AbortSignal; maxBytes?: number }): Promise<Buffer | null>;
  /**
   * Starts a program as root and hands over its stdin and stdout, past any noise before the line `preamble`. Rejects with
   * `busy` if as many streams are open as may be. `signal` ends the opening and, later, the stream.
   */
  openStream(
    argv: readonly string[],
    preamble: string,
    options?: {
      signal?: AbortSignal;
      /** Milliseconds until the preamble must have come. Default 30 000. */
      timeoutMs?: number;
    },
  ): Promise<RemoteStream>;
}

export interface RemoteStream {
  /** Just ends, however the program did; it never emits an error. */
  stream: Duplex;
  /** Settles once when the program or the connection has ended; carries why, if it was not asked for. */
  closed: Promise<{ code: number | null; error?: ErrorInfo; stderr: string }>;
  /** Closes the program's standard input; if it does not end within seconds, it is told to. */
  close(): void;
}
