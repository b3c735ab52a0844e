import { toErrorInfo } from '../../../../src/contract/errors.ts';
import type { Node, OperationReporter } from '../context.ts';

/** Pacemaker stops the resources first, which may take as long as unmounting a quorum disk. */
const STOP_TIMEOUT_MS = 150_000;

/**
 * Stops the engine orderly and keeps it from starting at boot. Reports per host; a host where it could not be done gets
 * a finding. Never rejects, since it runs while something else has failed already.
 */
export async function stopEngine(
  nodes: readonly Node[],
  units: readonly string[],
  reporter: OperationReporter,
): Promise<void> {
  await Promise.all(
    nodes.map(async (node) => {
      const id = `${node.name}/stop-engine`;
      reporter.step(id, {
        host: node.name,
        title: 'Stop the engine, so that no half a cluster runs',
        state: 'running',
      });
      try {
        await stopOn(node, units);
        reporter.step(id, { state: 'undone' });
      } catch (error) {
        const info = toErrorInfo(error, { host: node.name });
        reporter.step(id, { state: 'failed', error: info });
        reporter.finding({
          id: 'engine-not-stopped',
          severity: 'error',
          host: node.name,
          title: `The engine on ${node.name} could not be stopped.`,
          cause: info.cause ?? info.message,
          remedy:
            'Deploy again when this host can be reached, or run as root: systemctl disable --now pacemaker corosync',
        });
      }
    }),
  );
}

export async function stopOn(node: Node, units: readonly string[]): Promise<void> {
  const options = { asRoot: true, timeoutMs: STOP_TIMEOUT_MS };
  // A unit that is not installed yet cannot be disabled either; both are what is wanted.
  await node.remote.exec(['systemctl', 'disable', ...units], options);
  await node.remote.run(['systemctl', 'stop', 'pacemaker.service'], options).catch(ignoreMissingUnit);
  await node.remote.run(['systemctl', 'stop', 'corosync.service'], options).catch(ignoreMissingUnit);
}

/** systemctl stop fails for a unit that does not exist: there is nothing to stop. */
function ignoreMissingUnit(error: unknown): void {
  const info = toErrorInfo(error);
  if (info.kind === 'tool-failed' && /not loaded|not found/.test(`${info.details ?? ''}${info.cause ?? ''}`))
    return;
  throw error;
}
