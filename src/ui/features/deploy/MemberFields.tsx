import { FormGroup } from '@patternfly/react-core';
import type { HostFacts } from '../../../contract/deployment.ts';
import { CellInput } from '../../components/CellInput.tsx';
import { TextField } from '../../components/TextField.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { DeviceSelect } from './DeviceSelect.tsx';
import { commonDevices } from './defaults/devices.ts';
import { linksOf, type NewMember } from './defaults/newMember.ts';
import { MemberFenceFields } from './MemberFenceFields.tsx';

interface MemberFieldsProps {
  cluster: Cluster;
  facts: HostFacts;
  member: NewMember;
  problems: Record<string, string>;
  onChange: (member: NewMember) => void;
  fence: Record<string, string>;
  onFenceChange: (fence: Record<string, string>) => void;
}

export function MemberFields({
  cluster,
  facts,
  member,
  problems,
  onChange,
  fence,
  onFenceChange,
}: MemberFieldsProps) {
  const own = facts.addresses.map(({ address }) => address);
  return (
    <>
      <TextField
        label="Node name"
        isRequired
        value={member.nodeName}
        problem={problems.nodeName}
        onChange={(nodeName) => onChange({ ...member, nodeName })}
      />
      <FormGroup label="Address on each heartbeat link" role="group">
        <table className="mm-fields-table">
          <tbody>
            {linksOf(cluster.view).map((local, link) => (
              <tr key={local}>
                <th scope="row">
                  Link {link}{' '}
                  <span className="mm-dim">
                    ({cluster.viewFrom.name} has {local})
                  </span>
                </th>
                <td>
                  <CellInput
                    label={`Address on link ${link}`}
                    value={member.linkAddresses[link] ?? ''}
                    problem={problems[`link:${link}`]}
                    suggestions={own}
                    onChange={(address) =>
                      onChange({ ...member, linkAddresses: member.linkAddresses.with(link, address) })
                    }
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </FormGroup>
      {member.quorumDiskDevice === null ? null : (
        <FormGroup label="Quorum disk, which all hosts must see" role="group" isRequired>
          <DeviceSelect
            label="Quorum disk"
            value={member.quorumDiskDevice}
            devices={commonDevices([facts])}
            problem={problems.quorumDiskDevice}
            onChange={(quorumDiskDevice) => onChange({ ...member, quorumDiskDevice })}
          />
        </FormGroup>
      )}
      {cluster.view.fencing.method === 'agent' ? (
        <MemberFenceFields cluster={cluster} values={fence} onChange={onFenceChange} />
      ) : null}
    </>
  );
}
