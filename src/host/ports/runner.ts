export interface RunOptions {
  /** Milliseconds until the tool is given up with a `timeout` error, even if it cannot be killed. Default 10 000. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Text for the tool's standard input, which is empty otherwise. */
  input?: string;
  /** File descriptor that the tool gets as its descriptor 3. */
  descriptor?: number;
}

export interface RunResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Follow {
  /** Settles when the tool has ended, for whatever reason. */
  ended: Promise<{ code: number | null; stderr: string }>;
  stop(): void;
}

/** The tools of the distribution. Messages are English (LC_ALL=C), arguments arrive as they are. */
export interface Runner {
  /**
   * Resolves with any exit code. Rejects with `unsupported` if the tool is not installed, `timeout`, `cancelled`, or
   * `tool-failed` if a signal ended it.
   */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Standard output; rejects with `tool-failed` unless the tool exits with 0. */
  must(argv: readonly string[], options?: RunOptions): Promise<string>;
  /** Starts a tool that goes on and on; `onLine` gets each line of its standard output. Its standard input stays open. */
  follow(argv: readonly string[], onLine: (line: string) => void): Follow;
}
