import type { RehearsedFailure } from '../../../src/contract/consoleApi.ts';
import { initialPolicy } from '../../../src/contract/policy.ts';
import { predictTimes } from '../../../src/planner/predictTimes.ts';
import { findCluster, requireConfirmation, requireMember } from '../clusters/clusterRef.ts';
import type { CallHandlers } from '../dispatch.ts';
import type { Operations } from '../operations/operations.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { ask, quorateMember } from './ask.ts';
import { readClusterState } from './clusterState.ts';
import { runDrill } from './drill.ts';
import { timeFigures } from './figures.ts';
import type { PastRecords } from './records.ts';

type DrillCalls = Pick<CallHandlers, Extract<keyof CallHandlers, `drill.${string}`>>;

export interface DrillCallsOptions {
  sessions: Sessions;
  operations: Operations;
  records: PastRecords;
  editor: string;
}

/** The calls about fire drills. */
export function createDrillCalls({ sessions, operations, records, editor }: DrillCallsOptions): DrillCalls {
  return {
    async 'drill.rehearse'({ clusterId, target }): Promise<RehearsedFailure> {
      const cluster = findCluster(sessions.views(), clusterId);
      requireMember(cluster, target);
      const { session } = quorateMember(sessions, cluster, (name) => name !== target);
      const rehearsal = await ask(session, 'drill.rehearse', { target });
      const state = readClusterState(sessions.views(), clusterId);
      const figures = timeFigures(state.cluster, state.hosts.length, records.of(clusterId));
      return { rehearsal, ...predictTimes(rehearsal.plan, state.policy ?? initialPolicy, figures) };
    },
    'drill.run'({ clusterId, target, confirm }) {
      const cluster = findCluster(sessions.views(), clusterId);
      requireMember(cluster, target);
      requireConfirmation(confirm, target);
      return {
        operationId: operations.start({
          kind: 'drill',
          title: `Fire drill: ${target} fails`,
          clusterName: cluster.name,
          changes: [clusterId, ...cluster.ref.members.map(({ hostId }) => hostId)],
          run: (operation) => runDrill({ sessions, clusterId, target, by: editor }, operation),
        }),
      };
    },
  };
}
