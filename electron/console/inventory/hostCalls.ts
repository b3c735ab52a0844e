import { MinimeError } from '../../../src/contract/errors.ts';
import type { CallHandlers } from '../dispatch.ts';
import type { EventHub } from '../events.ts';
import type { OperationContext, Operations } from '../operations/operations.ts';
import type { HostSession } from '../sessions/hostSession.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { SshLinks } from '../sessions/sshLink.ts';
import type { Inventory } from './inventory.ts';

export interface HostCallsOptions {
  inventory: Inventory;
  sessions: Sessions;
  operations: Operations;
  events: EventHub;
  links: Pick<SshLinks, 'forgetSecrets'>;
}

type HostCalls = Pick<CallHandlers, Extract<keyof CallHandlers, `hosts.${string}`>>;

/** The calls about single hosts. */
export function createHostCalls(options: HostCallsOptions): HostCalls {
  const { inventory, sessions, operations, events, links } = options;
  return {
    async 'hosts.add'(address) {
      const entry = await inventory.add(address);
      const session = sessions.open(entry);
      events.emit('host.added', session.view());
      session.connect();
      return { hostId: entry.id };
    },
    async 'hosts.remove'({ hostId }) {
      const { entry } = sessions.get(hostId).view();
      if (entry.embedded === true) throw partOfEmbedded(entry.address);
      await inventory.remove(hostId);
      sessions.close(hostId);
      events.emit('host.removed', { hostId });
      await links.forgetSecrets(entry);
      return {};
    },
    'hosts.connect'({ hostId }) {
      sessions.get(hostId).connect();
      return {};
    },
    'hosts.disconnect'({ hostId }) {
      sessions.get(hostId).disconnect();
      return {};
    },
    'hosts.loadHistory': ({ hostId }) => ({ samples: sessions.loadSamples(hostId) }),
    'hosts.sync'({ hostId }) {
      const session = sessions.get(hostId);
      const { address } = session.view().entry;
      session.vmcl(); // Throws now, rather than as a failed operation, if the host cannot be asked.
      return {
        operationId: operations.start({
          kind: 'sync',
          title: `Sync the definitions of ${address}`,
          changes: [],
          run: (operation) => sync(session, address, operation),
        }),
      };
    },
  };
}

function partOfEmbedded(host: string): MinimeError {
  return new MinimeError({
    kind: 'conflict',
    host,
    message: `${host} is part of the embedded cluster.`,
    remedy: 'Remove the embedded cluster as a whole.',
  });
}

async function sync(session: HostSession, host: string, operation: OperationContext): Promise<void> {
  const id = 'sync';
  operation.step(id, { host, title: 'Copy definitions to the quorum disk', state: 'running' });
  try {
    const report = await session
      .vmcl()
      .call('sync', {}, { signal: operation.signal, onProgress: (detail) => operation.step(id, { detail }) });
    for (const problem of report.problems) operation.finding(problem);
    operation.step(id, {
      state: report.written + report.removed === 0 ? 'unchanged' : 'done',
      detail: `${report.written} written, ${report.unchanged} unchanged, ${report.removed} removed`,
    });
  } catch (error) {
    operation.step(id, { state: operation.signal.aborted ? 'cancelled' : 'failed' });
    throw error;
  }
}
