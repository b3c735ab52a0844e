import { MinimeError } from '../../../src/contract/errors.ts';
import type { Policy } from '../../../src/contract/policy.ts';
import { policyProblems } from '../../../src/planner/policyProblems.ts';
import { findCluster, requireConfirmation, requireMember } from '../clusters/clusterRef.ts';
import type { CallHandlers } from '../dispatch.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { ask, askMember, onlineMembers, quorateMember } from './ask.ts';
import { forecast } from './forecast.ts';
import { fetchRecord, type PastRecords } from './records.ts';

type TakeoverCalls = Pick<
  CallHandlers,
  Extract<
    keyof CallHandlers,
    `${'policy' | 'history' | 'takeover' | 'maintenance' | 'failback' | 'moves'}.${string}`
  >
>;

export interface TakeoverCallsOptions {
  sessions: Sessions;
  records: PastRecords;
  /** Who edits at this console, as other admins are told. */
  editor: string;
}

/** The calls about priorities, takeovers and moves. */
export function createTakeoverCalls({ sessions, records, editor }: TakeoverCallsOptions): TakeoverCalls {
  return {
    async 'policy.set'({ clusterId, policy, changes }) {
      const cluster = findCluster(sessions.views(), clusterId);
      requireConsistent(policy, nameOfVm(sessions));
      const { session } = quorateMember(sessions, cluster);
      return await ask(session, 'policy.set', { policy, editedBy: editor, changes });
    },
    'policy.forecast': ({ clusterId, policy, failed }) =>
      forecast(sessions.views(), { clusterId, policy, failed, records: records.of(clusterId) }),
    async 'history.get'({ clusterId, id }) {
      return { record: await fetchRecord(sessions, clusterId, id) };
    },
    async 'takeover.confirmFenced'({ clusterId, target, confirm }) {
      const cluster = findCluster(sessions.views(), clusterId);
      requireMember(cluster, target);
      requireConfirmation(confirm, target);
      requireSilent(sessions, clusterId, target);
      const { session } = quorateMember(sessions, cluster, (name) => name !== target);
      return await ask(session, 'fence.confirm', { target, by: editor });
    },
    'maintenance.enter': ({ clusterId, node }) =>
      askMember(sessions, clusterId, node, 'maintenance.enter', { by: editor }),
    'maintenance.leave': ({ clusterId, node, bringHome }) =>
      askMember(sessions, clusterId, node, 'maintenance.leave', { bringHome, by: editor }),
    'failback.start': ({ clusterId, node, uuids }) =>
      askMember(sessions, clusterId, node, 'failback.start', { uuids }),
    'moves.cancel': ({ clusterId, node }) => askMember(sessions, clusterId, node, 'moves.cancel', {}),
  };
}

function nameOfVm(sessions: Sessions): (uuid: string) => string {
  const names = new Map(
    sessions.views().flatMap(({ sections }) => (sections.vms?.vms ?? []).map((vm) => [vm.uuid, vm.name])),
  );
  return (uuid) => names.get(uuid) ?? uuid;
}

/** Throws `invalid-input` with the first contradiction, and all of them in `cause`. */
function requireConsistent(policy: Policy, nameOf: (uuid: string) => string): void {
  const problems = policyProblems(policy, nameOf);
  const [first] = problems;
  if (first === undefined) return;
  throw new MinimeError({
    kind: 'invalid-input',
    message: 'The policy contradicts itself, so it was not applied.',
    cause: problems.map(({ title }) => title).join(' '),
    ...(first.remedy === undefined ? {} : { remedy: first.remedy }),
  });
}

/** Throws `conflict` if anything speaks for it that the host is alive: its VMs would run twice. */
function requireSilent(sessions: Sessions, clusterId: string, target: string): void {
  const cluster = findCluster(sessions.views(), clusterId);
  const online = onlineMembers(sessions, cluster);
  const witness = online.find(({ session }) =>
    session.view().sections.cluster?.members.some((member) => member.name === target && member.online),
  );
  const answers = online.some(({ name }) => name === target);
  if (!answers && witness === undefined) return;
  throw new MinimeError({
    kind: 'conflict',
    host: target,
    message: `${target} is alive, so it was not taken for fenced.`,
    cause: answers
      ? 'Its host program answers this console.'
      : `${witness?.name ?? 'A host'} sees it as a member of the cluster.`,
    remedy: `Switch ${target} off first, and make certain that it is off.`,
  });
}
