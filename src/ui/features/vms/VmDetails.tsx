import { Age, Since } from '../../components/Age.tsx';
import { FindingList } from '../../components/FindingLine.tsx';
import { Status } from '../../components/Status.tsx';
import type { VmRow } from '../../store/selectors/vms.ts';
import { protectionStatus, startsBy, syncMeaning, syncTone, vmStateWord } from './vmWords.ts';

export function VmDetails({ row }: { row: VmRow }) {
  const { vm } = row.shown;
  return (
    <div className="mm-vm-details">
      {row.findings.length === 0 ? (
        <Status tone={protectionStatus(row).tone}>
          Nothing ties this VM to its host: it can be started on any other host of the cluster.
        </Status>
      ) : (
        <FindingList findings={row.findings} />
      )}
      <dl className="mm-pairs">
        <dt>Definition</dt>
        <dd>
          <Status tone={syncTone[row.sync]}>{syncMeaning[row.sync]}</Status>
          {row.savedAt === null ? null : (
            <div className="mm-dim">
              <Age at={row.savedAt} prefix="Saved" />
            </div>
          )}
        </dd>
        <dt>Disks</dt>
        <dd>
          {vm.disks.length === 0 ? 'none' : null}
          {vm.disks.map((disk) => (
            <div key={disk.target}>
              {disk.target}: <span className="mm-code">{disk.source ?? 'empty'}</span>
              {disk.source === undefined ? '' : disk.shared ? ', on shared storage' : ', on local storage'}
            </div>
          ))}
        </dd>
        {vm.stateSince === undefined ? null : (
          <>
            <dt>State</dt>
            <dd>
              {vmStateWord[vm.state]} <Since at={vm.stateSince} />
            </dd>
          </>
        )}
        <dt>Home</dt>
        <dd>
          {row.home}
          {row.awaySince === null ? null : (
            <span className="mm-dim">
              {' '}
              (<Age at={row.awaySince} prefix="moved away" />)
            </span>
          )}
        </dd>
        <dt>After a boot</dt>
        <dd>{startsBy(vm)}</dd>
        <dt>Defined on</dt>
        <dd>
          {row.instances
            .map(({ host, vm: instance }) => `${host.name} (${vmStateWord[instance.state]})`)
            .join(', ')}
        </dd>
        <dt>UUID</dt>
        <dd className="mm-code">{row.uuid}</dd>
      </dl>
    </div>
  );
}
