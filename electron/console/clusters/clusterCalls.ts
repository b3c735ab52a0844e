import type { Logger } from 'pino';
import type { DeploymentSpec, HostFacts } from '../../../src/contract/deployment.ts';
import { type ErrorInfo, toErrorInfo } from '../../../src/contract/errors.ts';
import * as deployment from '../deploy/index.ts';
import type { CallHandlers } from '../dispatch.ts';
import { refuseDeployedEmbedded, refuseEmbedded } from '../embedded/refuse.ts';
import type { OperationContext, Operations } from '../operations/operations.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { findCluster, type KnownCluster, requireConfirmation, requireMember } from './clusterRef.ts';
import { untilConnected } from './untilConnected.ts';

export interface ClusterCallsOptions {
  sessions: Sessions;
  operations: Operations;
  /** Who works at this console, for the history of the clusters. */
  editor: string;
  logger: Logger;
  /** The embedded hosts, if there are any. */
  embedded: () => { bare: boolean } | null;
  /** Of this console. */
  version: string;
  /** Read anew for each operation, since development builds replace it. */
  hostResources: () => Promise<deployment.HostResources>;
}

type ClusterCalls = Pick<CallHandlers, Extract<keyof CallHandlers, `deploy.${string}`>>;

/** The calls about deploying, changing and removing clusters. */
export function createClusterCalls(options: ClusterCallsOptions): ClusterCalls {
  const { sessions, operations, editor, logger, embedded, version, hostResources } = options;

  const proofContextOf = (operation: OperationContext): deployment.ProofContext => ({
    hosts: sessions.connected(),
    resources: { version },
    reporter: { step: operation.step, finding: operation.finding },
    signal: operation.signal,
  });
  const contextOf = async (operation: OperationContext): Promise<deployment.DeployContext> => ({
    ...proofContextOf(operation),
    resources: await hostResources(),
  });

  /** Deployment puts vmcl on hosts, replaces it or takes it off, whether or not it comes to its end. */
  const thenRefresh = async (hostIds: readonly string[], work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } finally {
      for (const hostId of hostIds) sessions.refreshIfThere(hostId);
    }
  };

  /** What was done is told in the history of the cluster, by one of these hosts. */
  const thenNote = async (
    hostIds: readonly string[],
    text: string,
    work: Promise<unknown>,
  ): Promise<void> => {
    await work;
    const connected = sessions.connected();
    const remotes = hostIds.flatMap((hostId) => connected.get(hostId) ?? []);
    const problem = await deployment.noteDeployment(remotes, { text, by: editor });
    if (problem !== null) logger.warn({ text, problem }, 'a deployment was not noted by its hosts');
  };

  const mayDeploy = (hostIds: readonly string[]): void =>
    refuseDeployedEmbedded(sessions, hostIds, embedded());
  const hostIdsOf = ({ hosts }: DeploymentSpec) => hosts.map(({ hostId }) => hostId);
  const memberIds = (cluster: KnownCluster) => cluster.ref.members.map((member) => member.hostId);
  const changesOf = (cluster: KnownCluster) => [cluster.ref.clusterId, ...memberIds(cluster)];

  return {
    async 'deploy.facts'({ hostIds }) {
      const hosts: HostFacts[] = [];
      const errors: ErrorInfo[] = [];
      await Promise.all(
        hostIds.map(async (hostId) => {
          try {
            mayDeploy([hostId]);
            hosts.push(await deployment.hostFacts(hostId, sessions.get(hostId).remote()));
          } catch (thrown) {
            errors.push(toErrorInfo(thrown));
          }
        }),
      );
      const order = (facts: HostFacts) => hostIds.indexOf(facts.hostId);
      return { hosts: hosts.toSorted((a, b) => order(a) - order(b)), errors };
    },
    'deploy.fenceAgent': ({ hostId, agent }) =>
      deployment.fenceAgentForm(sessions.get(hostId).remote(), agent),

    'deploy.preflight'(spec) {
      mayDeploy(hostIdsOf(spec));
      return {
        operationId: operations.start({
          kind: 'preflight',
          title: `Check the hosts of ${spec.clusterName}`,
          clusterName: spec.clusterName,
          changes: [],
          run: async (operation) => {
            await untilConnected(sessions, hostIdsOf(spec), operation.signal);
            await deployment.preflight(spec, await contextOf(operation));
          },
        }),
      };
    },
    async 'deploy.plan'(spec) {
      mayDeploy(hostIdsOf(spec));
      const { signal } = new AbortController();
      return await deployment.plan(spec, {
        hosts: sessions.connected(),
        resources: await hostResources(),
        signal,
      });
    },
    'deploy.run'({ spec, planId }) {
      const hostIds = hostIdsOf(spec);
      mayDeploy(hostIds);
      return {
        operationId: operations.start({
          kind: 'deploy',
          title: `Deploy ${spec.clusterName}`,
          clusterName: spec.clusterName,
          changes: hostIds,
          run: async (operation) =>
            await thenRefresh(
              hostIds,
              thenNote(
                hostIds,
                `${spec.clusterName} was deployed on ${spec.hosts.map(({ nodeName }) => nodeName).join(', ')}.`,
                deployment.deploy(spec, await contextOf(operation), { planId }),
              ),
            ),
        }),
      };
    },
    'deploy.verify'({ clusterId }) {
      const cluster = findCluster(sessions.views(), clusterId);
      return {
        operationId: operations.start({
          kind: 'verify',
          title: `Verify ${cluster.name}`,
          clusterName: cluster.name,
          changes: [],
          run: async (operation) => {
            await deployment.verify(cluster.ref, proofContextOf(operation));
          },
        }),
      };
    },
    'deploy.fenceTest'({ clusterId, target, confirm }) {
      const cluster = findCluster(sessions.views(), clusterId);
      requireMember(cluster, target);
      requireConfirmation(confirm, target);
      return {
        operationId: operations.start({
          kind: 'fence-test',
          title: `Fence ${target} to test fencing`,
          clusterName: cluster.name,
          changes: changesOf(cluster),
          run: async (operation) => {
            await deployment.fenceTest(cluster.ref, target, proofContextOf(operation), editor);
          },
        }),
      };
    },
    'deploy.removeCluster'({ clusterId, confirm }) {
      const cluster = findCluster(sessions.views(), clusterId);
      mayDeploy(memberIds(cluster));
      requireConfirmation(confirm, cluster.name);
      return {
        operationId: operations.start({
          kind: 'remove-cluster',
          title: `Remove ${cluster.name}`,
          clusterName: cluster.name,
          changes: changesOf(cluster),
          run: async (operation) =>
            await thenRefresh(
              memberIds(cluster),
              deployment.removeCluster(cluster.ref, await contextOf(operation), {}),
            ),
        }),
      };
    },
    'deploy.addHost'({ clusterId, ...newHost }) {
      const cluster = findCluster(sessions.views(), clusterId);
      refuseEmbedded(sessions, memberIds(cluster));
      const { hostId, nodeName } = newHost.host;
      return {
        operationId: operations.start({
          kind: 'add-host',
          title: `Add ${nodeName} to ${cluster.name}`,
          clusterName: cluster.name,
          changes: [...changesOf(cluster), hostId],
          run: async (operation) =>
            await thenRefresh(
              [hostId],
              thenNote(
                memberIds(cluster),
                `${nodeName} was added to the cluster.`,
                deployment.addHost(cluster.ref, newHost, await contextOf(operation)),
              ),
            ),
        }),
      };
    },
    'deploy.removeHost'({ clusterId, node, confirm }) {
      const cluster = findCluster(sessions.views(), clusterId);
      refuseEmbedded(sessions, memberIds(cluster));
      requireMember(cluster, node);
      requireConfirmation(confirm, node);
      const leaving = cluster.ref.members.filter((member) => member.nodeName === node);
      return {
        operationId: operations.start({
          kind: 'remove-host',
          title: `Remove ${node} from ${cluster.name}`,
          clusterName: cluster.name,
          changes: changesOf(cluster),
          run: async (operation) =>
            await thenRefresh(
              leaving.map((member) => member.hostId),
              thenNote(
                cluster.ref.members.filter(({ nodeName }) => nodeName !== node).map(({ hostId }) => hostId),
                `${node} was removed from the cluster.`,
                deployment.removeHost(cluster.ref, node, await contextOf(operation)),
              ),
            ),
        }),
      };
    },
    'deploy.updateHostProgram'({ clusterId }) {
      const cluster = findCluster(sessions.views(), clusterId);
      refuseEmbedded(sessions, memberIds(cluster));
      return {
        operationId: operations.start({
          kind: 'update-host-program',
          title: `Update the host program of ${cluster.name}`,
          clusterName: cluster.name,
          changes: changesOf(cluster),
          run: async (operation) =>
            await thenRefresh(
              memberIds(cluster),
              thenNote(
                memberIds(cluster),
                'The host program was brought up to date.',
                deployment.updateHostProgram(cluster.ref, await contextOf(operation)),
              ),
            ),
        }),
      };
    },
  };
}
