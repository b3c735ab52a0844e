import { FormGroup } from '@patternfly/react-core';
import { useState } from 'react';
import type { FenceAgent } from '../../../contract/deployment.ts';
import { CellInput } from '../../components/CellInput.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { useAction } from '../../components/useAction.ts';
import { useOnArrival } from '../../components/useOnArrival.ts';
import { useCall } from '../../store/ConsoleContext.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';

interface MemberFenceFieldsProps {
  cluster: Cluster;
  values: Record<string, string>;
  onChange: (values: Record<string, string>) => void;
}

/** The parameters by which the new host is fenced. What is the same for all hosts is known to the cluster already. */
export function MemberFenceFields({ cluster, values, onChange }: MemberFenceFieldsProps) {
  const call = useCall();
  const [name = ''] = cluster.view.fencing.agents;
  const [agent, setAgent] = useState<FenceAgent | null>(null);
  const { run, error, pending } = useAction(async () => {
    setAgent(await call('deploy.fenceAgent', { hostId: cluster.viewFrom.id, agent: name }));
  });
  useOnArrival(() => void run());
  return (
    <FormGroup label={`Parameters of ${name} that are this host's own`} role="group">
      {pending ? <p role="status">Reading the agent's parameters</p> : null}
      {error === null ? null : (
        <ErrorNotice error={error} retry={{ label: 'Try again', run: () => void run() }} />
      )}
      {agent === null ? null : (
        <table className="mm-fields-table">
          <tbody>
            {agent.parameters.map((parameter) => (
              <tr key={parameter.name}>
                <th scope="row" title={parameter.description}>
                  {parameter.name}
                </th>
                <td>
                  <CellInput
                    label={parameter.name}
                    type={parameter.secret ? 'password' : 'text'}
                    value={values[parameter.name] ?? ''}
                    placeholder="as for the others"
                    onChange={(value) => onChange({ ...values, [parameter.name]: value })}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </FormGroup>
  );
}
