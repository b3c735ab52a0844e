import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { RehearsedFailure } from '../../../contract/consoleApi.ts';
import type { RehearsedVm } from '../../../contract/drill.ts';
import { FindingList } from '../../components/FindingLine.tsx';
import { count, formatDuration, formatForecast } from '../../components/format.ts';
import { Panel } from '../../components/Panel.tsx';
import { Status } from '../../components/Status.tsx';
import { isTrouble, verdictOf, vmStatus } from './drillWords.ts';

export function RehearsalResult({ result }: { result: RehearsedFailure }) {
  const { rehearsal, startsAfterS, startedAtS } = result;
  const { target, by, vms, notWanted, took, findings } = rehearsal;
  const verdict = verdictOf(rehearsal);
  const last = Math.max(startsAfterS, ...Object.values(startedAtS));
  return (
    <>
      <Panel title={`If ${target} failed now`} summary={<Status tone={verdict.tone}>{verdict.text}</Status>}>
        <dl className="mm-pairs">
          <dt>First start</dt>
          <dd>about {formatForecast(startsAfterS)} after the failure</dd>
          <dt>Last VM runs</dt>
          <dd>{vms.length === 0 ? 'there is none' : `after about ${formatForecast(last)}`}</dd>
          <dt>Tried just now</dt>
          <dd>
            {by} asked the other hosts in {formatDuration(took.survey)}, had the quorum disk read in{' '}
            {formatDuration(took.disk)}, and the VMs checked in {formatDuration(took.checks)}.
          </dd>
          {notWanted === 0 ? null : (
            <>
              <dt>Left alone</dt>
              <dd>{count(notWanted, 'VM')} that does not run now</dd>
            </>
          )}
        </dl>
        {findings.length === 0 ? null : <FindingList findings={findings} />}
      </Panel>
      {vms.length === 0 ? null : (
        <Panel title="Its virtual machines" className="mm-scroll-x">
          <Table aria-label={`VMs of ${target} in the dry run`} variant="compact">
            <Thead>
              <Tr>
                <Th>VM</Th>
                <Th>Would run on</Th>
                <Th className="mm-figure">After</Th>
                <Th>Checked</Th>
              </Tr>
            </Thead>
            <Tbody>
              {vms.toSorted(troubleFirst).map((vm) => (
                <VmRow key={vm.uuid} vm={vm} afterS={startedAtS[vm.uuid]} />
              ))}
            </Tbody>
          </Table>
        </Panel>
      )}
    </>
  );
}

const troubleFirst = (a: RehearsedVm, b: RehearsedVm): number => Number(isTrouble(b)) - Number(isTrouble(a));

function VmRow({ vm, afterS }: { vm: RehearsedVm; afterS: number | undefined }) {
  const status = vmStatus(vm);
  const why = [...vm.reasons, ...(vm.problems ?? [])];
  return (
    <Tr>
      <Td dataLabel="VM">{vm.name}</Td>
      <Td dataLabel="Would run on">{vm.host ?? <span className="mm-dim">nowhere</span>}</Td>
      <Td dataLabel="After" className="mm-figure">
        {afterS === undefined || vm.outcome !== 'starts' ? (
          <span className="mm-dim">–</span>
        ) : (
          formatForecast(afterS)
        )}
      </Td>
      <Td dataLabel="Checked">
        <Status tone={status.tone}>{status.word}</Status>
        {why.length === 0 ? null : (
          <ul className="mm-event-details">
            {why.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
      </Td>
    </Tr>
  );
}
