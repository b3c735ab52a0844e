import type { QuorumDisksSection } from '../../contract/hostState.ts';
import { Age, Since } from './Age.tsx';
import { Status } from './Status.tsx';

/**
 * How old a host's last complete sync is, whether one goes on, and why the last one was not complete. `sync` is null where the host
 * itself does not tell.
 */
export function SyncState({
  completeAt,
  sync,
}: {
  completeAt: number | null;
  sync: QuorumDisksSection['sync'] | null;
}) {
  const { runningSince, last } = sync ?? {};
  const failure = last?.problems.find(({ severity }) => severity === 'error');
  return (
    <>
      {completeAt === null ? <Status tone="warning">never</Status> : <Age at={completeAt} />}
      {runningSince === undefined ? null : (
        <div>
          <Status tone="working">
            running now, <Since at={runningSince} />
          </Status>
        </div>
      )}
      {last === undefined || failure === undefined ? null : (
        <div>
          <Status tone="error">
            failed <Age at={last.at} />
          </Status>
          <div className="mm-dim">{failure.title}</div>
        </div>
      )}
    </>
  );
}
