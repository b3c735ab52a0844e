/** What the choice depends on; the slow questions are asked only when the answer matters. */
export interface Surroundings {
  /** The admin insists on this shell. */
  forced: 'electron' | 'web' | null;
  /** Path of Electron's executable if it is on disk. */
  runtime: string | null;
  hasDisplay: boolean;
  /** Whether a mirror, proxy or cache is set: the download host's reachability then tells nothing. */
  downloadIsRedirected: boolean;
  /** Null if the download host answers, else why not. */
  probeDownloadHost(): Promise<string | null>;
  /** Fetches the runtime. Its path, or why it could not be had. */
  fetchRuntime(): Promise<{ runtime: string } | { failure: string }>;
}

export type Choice =
  | { shell: 'electron'; runtime: string }
  | { shell: 'web'; because: string | null }
  | { shell: 'none'; because: string };

/** Electron where its runtime is on disk or can be fetched, else the web shell, with the reason. */
export async function chooseShell(surroundings: Surroundings): Promise<Choice> {
  const { forced, runtime, hasDisplay } = surroundings;
  if (forced === 'web') return { shell: 'web', because: null };
  const orElse = (because: string): Choice => ({ shell: forced === 'electron' ? 'none' : 'web', because });

  if (!hasDisplay) return orElse('there is no graphical display');
  if (runtime !== null) return { shell: 'electron', runtime };
  if (!surroundings.downloadIsRedirected) {
    const unreachable = await surroundings.probeDownloadHost();
    if (unreachable !== null)
      return orElse(`Electron's runtime is not here and cannot be fetched: ${unreachable}`);
  }
  const fetched = await surroundings.fetchRuntime();
  return 'runtime' in fetched
    ? { shell: 'electron', runtime: fetched.runtime }
    : orElse(`Electron's runtime is not here and could not be fetched: ${fetched.failure}`);
}
