import { Button } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMemo, useState } from 'react';
import type { GroupRule, Policy } from '../../../../contract/policy.ts';
import { policyProblems } from '../../../../planner/policyProblems.ts';
import { FindingList } from '../../../components/FindingLine.tsx';
import type { Change } from '../model/change.ts';
import type { ClusterVms } from '../useClusterVms.ts';
import { someNames } from '../words.ts';
import { GroupDialog } from './GroupDialog.tsx';
import { VmRulesDialog } from './VmRulesDialog.tsx';

interface RulesTabProps {
  policy: Policy;
  vms: ClusterVms;
  hosts: string[];
  readOnly: boolean;
  change: (change: Change) => string | null;
}

type Open = { kind: 'group'; group: GroupRule; isNew: boolean } | { kind: 'vm'; uuid: string } | null;

/** More rules of VMs than this are not listed: the list of VMs shows them all. */
const MOST = 200;

export function RulesTab({ policy, vms, hosts, readOnly, change }: RulesTabProps) {
  const [open, setOpen] = useState<Open>(null);
  const problems = useMemo(() => policyProblems(policy, vms.nameOf), [policy, vms.nameOf]);
  const ruled = Object.entries(policy.rules.vms);
  const close = () => setOpen(null);
  return (
    <div className="mm-prio-tab">
      {problems.length === 0 ? null : <FindingList findings={problems} />}
      <div className="mm-prio-subhead">
        <h2>Kept together or apart</h2>
        <Button
          variant="secondary"
          size="sm"
          isDisabled={readOnly}
          onClick={() =>
            setOpen({ kind: 'group', isNew: true, group: { name: '', kind: 'keep-apart', vms: [] } })
          }
        >
          New rule
        </Button>
      </div>
      {policy.rules.groups.length === 0 ? (
        <p className="mm-dim">
          No such rule. Keep the two domain controllers on different hosts, say, or an application beside its
          database.
        </p>
      ) : (
        <Table aria-label="Kept together or apart" variant="compact">
          <Thead>
            <Tr>
              <Th>Rule</Th>
              <Th>Meaning</Th>
              <Th>VMs</Th>
              <Th screenReaderText="Actions" />
            </Tr>
          </Thead>
          <Tbody>
            {policy.rules.groups.map((group) => (
              <Tr key={group.name}>
                <Td dataLabel="Rule">{group.name}</Td>
                <Td dataLabel="Meaning">{group.kind === 'keep-together' ? 'keep together' : 'keep apart'}</Td>
                <Td dataLabel="VMs" title={group.vms.map(vms.nameOf).join(', ')}>
                  {someNames(group.vms.map(vms.nameOf), 4)}
                </Td>
                <Td isActionCell>
                  <RowActions
                    what={`rule ${group.name}`}
                    readOnly={readOnly}
                    edit={() => setOpen({ kind: 'group', isNew: false, group })}
                    remove={() => change({ kind: 'remove-group', name: group.name })}
                  />
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
      <div className="mm-prio-subhead">
        <h2>Rules of single VMs</h2>
      </div>
      {ruled.length === 0 ? (
        <p className="mm-dim">
          None: every VM is restarted, on any host. Choose VMs in the restart order and press “Rules” to leave
          them down, or to name hosts.
        </p>
      ) : (
        <Table aria-label="Rules of single VMs" variant="compact">
          <Thead>
            <Tr>
              <Th>VM</Th>
              <Th>When its host fails</Th>
              <Th>May be started on</Th>
              <Th>Preferred host</Th>
              <Th screenReaderText="Actions" />
            </Tr>
          </Thead>
          <Tbody>
            {ruled.slice(0, MOST).map(([uuid, rule]) => (
              <Tr key={uuid}>
                <Td dataLabel="VM">{vms.nameOf(uuid)}</Td>
                <Td dataLabel="When its host fails">
                  {rule.restart === 'leave-down' ? 'leave down' : 'restart'}
                </Td>
                <Td dataLabel="May be started on">{rule.allowedHosts?.join(', ') ?? 'any host'}</Td>
                <Td dataLabel="Preferred host">
                  {rule.preferredHost ?? <span className="mm-dim">none</span>}
                </Td>
                <Td isActionCell>
                  <RowActions
                    what={`rules of ${vms.nameOf(uuid)}`}
                    readOnly={readOnly}
                    edit={() => setOpen({ kind: 'vm', uuid })}
                    remove={() => {
                      change({ kind: 'set-restart', vms: [uuid], restart: 'restart' });
                      change({ kind: 'set-allowed', vms: [uuid], hosts: null });
                      change({ kind: 'set-preferred', vms: [uuid], host: null });
                    }}
                  />
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
      {ruled.length > MOST ? (
        <p className="mm-dim">{ruled.length - MOST} more stand in the column “Rules” of the restart order.</p>
      ) : null}
      {open?.kind === 'group' ? (
        <GroupDialog
          policy={policy}
          group={open.group}
          isNew={open.isNew}
          vms={vms}
          change={change}
          close={close}
        />
      ) : null}
      {open?.kind === 'vm' ? (
        <VmRulesDialog
          policy={policy}
          vms={[open.uuid]}
          hosts={hosts}
          nameOf={vms.nameOf}
          change={change}
          close={close}
        />
      ) : null}
    </div>
  );
}

function RowActions(props: { what: string; readOnly: boolean; edit: () => void; remove: () => void }) {
  if (props.readOnly) return null;
  return (
    <span className="mm-prio-row-actions">
      <Button variant="link" isInline aria-label={`Edit ${props.what}`} onClick={props.edit}>
        Edit
      </Button>
      <Button variant="link" isInline aria-label={`Remove ${props.what}`} onClick={props.remove}>
        Remove
      </Button>
    </span>
  );
}
