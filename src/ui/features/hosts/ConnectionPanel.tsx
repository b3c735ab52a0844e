import type { Connection } from '../../../contract/inventory.ts';
import { Since } from '../../components/Age.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { useNow } from '../../components/clock.ts';
import { errorText } from '../../components/findings.ts';
import { formatSpan } from '../../components/format.ts';
import { Panel } from '../../components/Panel.tsx';
import { Status } from '../../components/Status.tsx';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { HostIdentity } from '../../store/selectors/hosts.ts';
import { hostStatus } from './hostStatus.ts';

const privileges: Record<NonNullable<Connection['privilege']>, string> = {
  root: 'logged in as root',
  sudo: 'sudo without a password',
  'sudo-password': 'sudo with a password',
  none: 'none: deployment is not possible',
};

/** The connection as an object with a life of its own. */
export function ConnectionPanel({ host }: { host: HostIdentity }) {
  const entry = useConsole((state) => state.entries[host.id]);
  const { connection } = host;
  const status = hostStatus(host, null);
  const login = `${entry?.user === undefined ? '' : `${entry.user}@`}${host.address}${entry?.port === undefined ? '' : `:${entry.port}`}`;
  return (
    <Panel title="Connection">
      <dl className="mm-pairs">
        <dt>State</dt>
        <dd>
          <Status tone={status.tone}>{status.word}</Status> <Since at={connection.since} />
          <NextAttempt connection={connection} />
        </dd>
        <dt>Address</dt>
        <dd className="mm-code">{login}</dd>
        {entry?.identityFile === undefined ? null : (
          <>
            <dt>Key file</dt>
            <dd className="mm-code">{entry.identityFile}</dd>
          </>
        )}
        {connection.privilege === undefined ? null : (
          <>
            <dt>Root rights</dt>
            <dd>{privileges[connection.privilege]}</dd>
          </>
        )}
        {connection.vmclVersion === undefined ? null : (
          <>
            <dt>Host program</dt>
            <dd>vmcl {connection.vmclVersion}</dd>
          </>
        )}
        {connection.error === undefined ? null : (
          <>
            <dt>Last error</dt>
            <dd>
              {connection.error.message} <CopyButton text={errorText(connection.error)} />
            </dd>
          </>
        )}
      </dl>
    </Panel>
  );
}

function NextAttempt({ connection }: { connection: Connection }) {
  const now = useNow();
  if (connection.state !== 'reconnecting' || connection.nextAttemptAt === undefined) return null;
  const wait = connection.nextAttemptAt - now;
  return (
    <div className="mm-dim">
      {connection.attempt === undefined ? '' : `Attempt ${connection.attempt} failed. `}
      {wait > 0 ? `Next try in ${formatSpan(wait)}.` : 'Trying now.'}
    </div>
  );
}
