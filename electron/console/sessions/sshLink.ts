import type { Logger } from 'pino';
import type { HostEntry } from '../../../src/contract/inventory.ts';
import type { Prompts } from '../prompts/prompts.ts';
import type { SecretStorage } from '../secrets/secretStorage.ts';
import { secretName } from '../ssh/auth/secrets.ts';
import { resolveTarget, type SshEnvironment } from '../ssh/config/resolve.ts';
import { HostConnection } from '../ssh/hostConnection.ts';
import type { HostLink } from './hostLink.ts';

export interface SshLinks {
  /** A connection whose questions go to the admin under the host's inventory id. */
  open(entry: HostEntry): HostLink;
  /** Takes the host's own secrets out of the storage; those of keys and jump hosts may serve others. */
  forgetSecrets(entry: HostEntry): Promise<void>;
}

export function createSshLinks(options: {
  prompts: Prompts;
  secretStorage: SecretStorage;
  logger: Logger;
  /** Home folder, user and agent to log in with. */
  environmentOf: (entry: HostEntry) => SshEnvironment;
}): SshLinks {
  const { prompts, secretStorage, logger, environmentOf } = options;
  return {
    open: (entry) =>
      new HostConnection(
        entry,
        {
          secretStore: secretStorage,
          logger,
          environment: environmentOf(entry),
          prompter: {
            hostKey: (question, signal) => prompts.ask({ ...question, hostId: entry.id }, signal),
            secret: (question, signal) =>
              prompts.ask(
                {
                  ...question,
                  hostId: entry.id,
                  canRemember: question.canRemember && secretStorage.kind !== 'memory',
                },
                signal,
              ),
          },
        },
        // The vmcl that serves goes on until its successor does, beside one whose turn was cut short. With the commands and
        // one for stopping that makes the ten sessions that sshd allows.
        { limits: { commands: 6, streams: 3 } },
      ),
    async forgetSecrets(entry) {
      try {
        const { user, hostname, port } = await resolveTarget(entry, environmentOf(entry));
        await secretStorage.delete(secretName.password(user, hostname, port));
        await secretStorage.delete(secretName.sudo(user, hostname, port));
      } catch (error) {
        // The host is gone from the inventory already; a locked keyring is no reason to keep it.
        logger.warn(
          { host: entry.address, err: error },
          'stored secrets of a removed host could not be deleted',
        );
      }
    },
  };
}
