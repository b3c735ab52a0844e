import type { Finding } from '../../../contract/finding.ts';
import type { HostIdentity } from './hosts.ts';

/**
 * What is wrong with a host because of its connection; null where nothing is. `inCluster`: the cluster counts on it, so
 * that not seeing it is worse than not having connected to it yet.
 */
export function connectionProblem(host: HostIdentity, inCluster: boolean): Finding | null {
  const { state, error } = host.connection;
  const about = { host: host.name };
  const why = {
    ...(error?.cause === undefined ? {} : { cause: error.cause }),
    ...(error?.remedy === undefined ? {} : { remedy: error.remedy }),
  };
  switch (state) {
    case 'online':
    case 'connecting':
      return null;
    case 'reconnecting':
    case 'failed':
      return {
        ...about,
        id: 'host-unreachable',
        severity: inCluster || state === 'failed' ? 'error' : 'warning',
        title: `${host.name} is unreachable`,
        cause: error === undefined ? 'The connection broke off.' : sentence(error.message, error.cause),
        remedy:
          error?.remedy ?? 'Check that the host is running and can be reached by SSH. Minime keeps trying.',
      };
    case 'awaiting-admin':
      return {
        ...about,
        id: 'host-awaits-admin',
        severity: 'warning',
        title: `${host.name} waits for your answer`,
        cause: 'The connection needs a decision or a secret from you.',
        remedy: 'Answer the question that Minime shows for this host.',
      };
    case 'version-mismatch':
      return {
        ...about,
        id: 'host-program-version',
        severity: 'error',
        title: `The host program on ${host.name} is of another version than this console`,
        cause: error?.message ?? 'They speak different protocols, so nothing of this host can be shown.',
        remedy: error?.remedy ?? 'Update the host program, or use a console of the same version.',
      };
    case 'disconnected':
      return inCluster
        ? {
            ...about,
            id: 'host-disconnected',
            severity: 'warning',
            title: `${host.name} is not connected`,
            cause: 'You disconnected it, or it was never connected: the console does not see it.',
            remedy: 'Connect to it from its page.',
          }
        : null;
    case 'bare':
      return inCluster
        ? {
            ...about,
            ...why,
            id: 'host-program-missing',
            severity: 'error',
            title: `The host program is missing on ${host.name}`,
            cause: 'The host answers over SSH, but vmcl is not there, so it cannot tell its state.',
            remedy: 'Deploy the cluster again: it puts back what is missing and leaves the rest alone.',
          }
        : null;
  }
}

function sentence(message: string, cause: string | undefined): string {
  return cause === undefined ? message : `${message} ${cause}`;
}
