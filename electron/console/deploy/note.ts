import { toErrorInfo } from '../../../src/contract/errors.ts';
import { hostPaths } from '../../../src/contract/manifest.ts';
import type { RemoteHost } from '../ssh/remoteHost.ts';

const TIMEOUT_MS = 15_000;

/**
 * Notes in the history of the cluster what was deployed. The first host that takes it tells the others. Answers with why nobody took
 * it, or null: what is done is done, noted or not.
 */
export async function noteDeployment(
  remotes: readonly RemoteHost[],
  { text, by }: { text: string; by: string },
): Promise<string | null> {
  let problem = 'No host of it is connected.';
  for (const remote of remotes) {
    try {
      const argv = [hostPaths.command, 'note', `--by=${by}`, '--', text];
      const { code, stderr } = await remote.exec(argv, { asRoot: true, timeoutMs: TIMEOUT_MS });
      if (code === 0) return null;
      problem = stderr.trim();
    } catch (error) {
      problem = toErrorInfo(error).message;
    }
  }
  return problem;
}
