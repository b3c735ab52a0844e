import type { Fencing } from '../../contract/clusterState.ts';
import type { Finding } from '../../contract/finding.ts';
import type { PolicySection } from '../../contract/hostState.ts';
import { policyProblems } from '../../planner/policyProblems.ts';
import { configIfGood, type Host } from '../host.ts';
import { viewNotifications } from '../notify/settings.ts';
import { readFenceTested, readMaintenance } from '../policy/notes.ts';
import { readPolicyInForce } from '../policy/policy.ts';
import { timeoutProblems } from '../policy/timeouts.ts';

/** `nameOf` gives the name of a VM (uuid), as far as this host knows it. Rejects with `unreachable` while the engine does not run. */
export async function readPolicySection(
  host: Host,
  nameOf: (uuid: string) => string,
): Promise<PolicySection> {
  if ((await configIfGood(host)) === undefined) return { policy: null, maintenance: {}, problems: [] };
  const [{ found, problems }, maintenance, fenceTested, { fencing, timing }, notifications] =
    await Promise.all([
      readPolicyInForce(host),
      readMaintenance(host),
      readFenceTested(host),
      host.engine.state(),
      viewNotifications(host),
    ]);
  return {
    policy: found?.policy ?? null,
    maintenance,
    ...(found === null ? {} : { editedAt: found.editedAt, editedBy: found.editedBy }),
    ...(fenceTested === undefined ? {} : { fenceTested }),
    notifications: notifications.view,
    problems: [
      ...problems,
      ...notifications.problems,
      ...(found === null ? [] : policyProblems(found.policy, nameOf)),
      ...testProblems(fencing, fenceTested),
      ...timeoutProblems(fencing.method, timing ?? {}),
    ],
  };
}

/** A test of another method, before the cluster was deployed anew, says nothing of the present one. */
function testProblems({ enabled, method }: Fencing, tested: PolicySection['fenceTested']): Finding[] {
  if (!enabled || method === 'none') return [];
  if (tested !== undefined && (tested.method ?? method) === method) return [];
  return [
    {
      id: 'fencing-never-tested',
      severity: 'warning',
      title:
        tested === undefined
          ? 'Fencing was never tested in this cluster.'
          : 'Fencing was never tested with the method that the cluster uses now.',
      cause: 'Whether a failed host could be fenced, and its VMs be taken over, is not known.',
      remedy: 'Run a fence test from the console, on a host whose VMs may go down.',
    },
  ];
}
