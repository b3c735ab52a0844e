import type { TestDelivery } from '../../../src/contract/consoleApi.ts';
import { toErrorInfo } from '../../../src/contract/errors.ts';
import { findCluster } from '../clusters/clusterRef.ts';
import type { CallHandlers } from '../dispatch.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { ask, onlineMembers, quorateMember } from './ask.ts';

type NotificationCalls = Pick<CallHandlers, Extract<keyof CallHandlers, `notifications.${string}`>>;

/** The calls about how hosts notify admins. What is secret in the settings goes to the hosts and is not kept here. */
export function createNotificationCalls({
  sessions,
  editor,
}: {
  sessions: Sessions;
  editor: string;
}): NotificationCalls {
  return {
    async 'notifications.set'({ clusterId, settings, revision }) {
      const cluster = findCluster(sessions.views(), clusterId);
      const { session } = quorateMember(sessions, cluster);
      return await ask(session, 'notifications.set', { settings, revision, editedBy: editor });
    },
    async 'notifications.test'({ clusterId }) {
      const cluster = findCluster(sessions.views(), clusterId);
      // Says why, if nobody can be asked.
      quorateMember(sessions, cluster);
      const hosts = await Promise.all(
        onlineMembers(sessions, cluster).map(async ({ name, session }): Promise<TestDelivery> => {
          try {
            return { host: name, deliveries: await ask(session, 'notifications.test', {}) };
          } catch (thrown) {
            return { host: name, error: toErrorInfo(thrown, { host: name }) };
          }
        }),
      );
      return { hosts };
    },
  };
}
