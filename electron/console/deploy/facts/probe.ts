import { setMaxListeners } from 'node:events';
import type { z } from 'zod';
import { MinimeError } from '../../../../src/contract/errors.ts';
import type { ExecResult, RemoteHost } from '../../ssh/remoteHost.ts';

/** Looks at a host as root without changing anything. */
export interface Probe {
  readonly label: string;
  /** Any exit code. */
  exec(...argv: readonly string[]): Promise<ExecResult>;
  /** Standard output; a non-zero exit code throws `tool-failed`. */
  output(...argv: readonly string[]): Promise<string>;
  /** Null if there is no such file. */
  text(path: string): Promise<string | null>;
}

export function probeOf(host: RemoteHost, signal?: AbortSignal): Probe {
  // Every command under way on every host listens for the cancel.
  if (signal !== undefined) setMaxListeners(0, signal);
  const options = { asRoot: true, ...(signal === undefined ? {} : { signal }) };
  return {
    label: host.label,
    exec: (...argv) => host.exec(argv, options),
    output: async (...argv) => (await host.run(argv, options)).stdout,
    text: async (path) =>
      (await host.readFile(path, signal === undefined ? {} : { signal }))?.toString('utf8') ?? null,
  };
}

/** Parses what a tool or a file on a host says; what does not fit throws `tool-failed` naming the source. */
export function parseJson<T>(schema: z.ZodType<T>, json: string, host: string, source: string): T {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw unexpected(host, source, (error as Error).message);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw unexpected(host, source, parsed.error.message);
  return parsed.data;
}

function unexpected(host: string, source: string, cause: string): MinimeError {
  return new MinimeError({
    kind: 'tool-failed',
    host,
    message: `${source} on ${host} does not hold what was expected.`,
    cause,
  });
}
