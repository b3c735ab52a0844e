import { Checkbox, FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import type { FenceAgent } from '../../../contract/deployment.ts';
import { CellInput } from '../../components/CellInput.tsx';
import { useDeploy, useEditDraft } from './DeployContext.tsx';
import { type DeployDraft, touch } from './draft.ts';
import { fieldNames } from './toSpec.ts';

type Parameter = FenceAgent['parameters'][number];

/** One parameter: a value for all hosts, or one for each. */
export function AgentParameter({
  parameter,
  problems,
}: {
  parameter: Parameter;
  problems: Record<string, string>;
}) {
  const draft = useDeploy((state) => state.draft);
  const edit = useEditDraft();
  const { name, required, description } = parameter;
  const differs = draft.agentPerHostNames.includes(name);
  return (
    <FormGroup label={name} isRequired={required && (parameter.default ?? '') === ''} role="group">
      {description === '' ? null : <p className="mm-dim">{description}</p>}
      <Checkbox
        id={`differs-${name}`}
        label="Differs from host to host"
        isChecked={differs}
        onChange={(_event, checked) => edit((before) => setDiffers(before, name, checked))}
      />
      {differs ? (
        <table className="mm-fields-table">
          <tbody>
            {draft.hostIds.map((id) => (
              <tr key={id}>
                <th scope="row">{draft.nodeNames[id]}</th>
                <td>
                  <Value
                    label={`${name} of ${draft.nodeNames[id] ?? id}`}
                    parameter={parameter}
                    value={draft.agentPerHost[id]?.[name] ?? ''}
                    problem={problems[fieldNames.hostParameter(name, id)]}
                    onChange={(value) => edit((before) => setHostValue(before, id, name, value))}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <Value
          label={name}
          parameter={parameter}
          value={draft.agentShared[name] ?? ''}
          problem={problems[fieldNames.sharedParameter(name)]}
          onChange={(value) =>
            edit((before) =>
              touch({ ...before, agentShared: { ...before.agentShared, [name]: value } }, 'fencing'),
            )
          }
        />
      )}
    </FormGroup>
  );
}

interface ValueProps {
  label: string;
  parameter: Parameter;
  value: string;
  problem: string | undefined;
  onChange: (value: string) => void;
}

function Value({ label, parameter, value, problem, onChange }: ValueProps) {
  const options = parameter.type === 'boolean' ? ['1', '0'] : (parameter.options ?? []);
  const fallback = parameter.default === undefined ? 'not set' : `default: ${parameter.default}`;
  if ((parameter.type === 'boolean' || parameter.type === 'select') && options.length > 0) {
    return (
      <>
        <FormSelect
          aria-label={label}
          value={value}
          validated={problem === undefined ? 'default' : 'error'}
          onChange={(_event, choice) => onChange(choice)}
        >
          <FormSelectOption value="" label={fallback} />
          {options.map((option) => (
            <FormSelectOption
              key={option}
              value={option}
              label={parameter.type === 'boolean' ? yesNo(option) : option}
            />
          ))}
        </FormSelect>
        {problem === undefined ? null : <div className="mm-field-problem">{problem}</div>}
      </>
    );
  }
  return (
    <CellInput
      label={label}
      type={parameter.secret ? 'password' : 'text'}
      value={value}
      problem={problem}
      placeholder={parameter.secret ? '' : fallback}
      onChange={onChange}
    />
  );
}

const yesNo = (option: string) => (option === '1' ? 'yes' : 'no');

function setDiffers(draft: DeployDraft, name: string, differs: boolean): DeployDraft {
  const others = draft.agentPerHostNames.filter((known) => known !== name);
  return touch({ ...draft, agentPerHostNames: differs ? [...others, name] : others }, 'fencing');
}

function setHostValue(draft: DeployDraft, hostId: string, name: string, value: string): DeployDraft {
  const agentPerHost = { ...draft.agentPerHost, [hostId]: { ...draft.agentPerHost[hostId], [name]: value } };
  return touch({ ...draft, agentPerHost }, 'fencing');
}
