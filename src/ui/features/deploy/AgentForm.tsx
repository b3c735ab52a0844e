import { ExpandableSection, FormGroup, FormSelect, FormSelectOption, Spinner } from '@patternfly/react-core';
import { useId } from 'react';
import type { FenceAgent } from '../../../contract/deployment.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { useAction } from '../../components/useAction.ts';
import { useOnArrival } from '../../components/useOnArrival.ts';
import { useCall } from '../../store/ConsoleContext.tsx';
import { AgentParameter } from './AgentParameter.tsx';
import { useDeploy, useDeployStore, useEditDraft } from './DeployContext.tsx';
import { perHostByNature } from './defaults/agentParameters.ts';
import { commonFenceAgents } from './defaults/withDefaults.ts';
import { touch } from './draft.ts';

/** Any installed fence agent; its fields come from its own metadata. */
export function AgentForm({ problems }: { problems: Record<string, string> }) {
  const id = useId();
  const call = useCall();
  const store = useDeployStore();
  const edit = useEditDraft();
  const { hostIds, agent: name } = useDeploy((state) => state.draft);
  const facts = useDeploy((state) => state.facts);
  const agent = useDeploy((state) => state.agent);
  const agents = commonFenceAgents(hostIds.flatMap((host) => facts[host] ?? []));
  const [firstHost = ''] = hostIds;
  const load = useAction(async (wanted: string) => {
    const form = await call('deploy.fenceAgent', { hostId: firstHost, agent: wanted });
    store.setState((state) =>
      state.draft.agent === wanted
        ? { agent: form, draft: { ...state.draft, agentPerHostNames: perHostByNature(form) } }
        : {},
    );
  });
  const { run } = load;
  // A reload keeps the agent's name but not its form.
  useOnArrival(() => {
    if (name !== '' && agent?.name !== name) void run(name);
  });
  return (
    <>
      <FormGroup label="Fence agent" fieldId={id} isRequired>
        <FormSelect
          id={id}
          value={name}
          validated={problems.agent === undefined ? 'default' : 'error'}
          onChange={(_event, value) => {
            edit((before) => touch({ ...before, agent: value }, 'fencing'));
            if (value !== '') void run(value);
          }}
        >
          <FormSelectOption value="" label="Choose an agent that is installed on all hosts" isPlaceholder />
          {agents.map((known) => (
            <FormSelectOption key={known} value={known} label={known} />
          ))}
        </FormSelect>
        {problems.agent === undefined ? null : <div className="mm-field-problem">{problems.agent}</div>}
        {agents.length > 0 ? null : (
          <p className="mm-dim">
            No fence agent is installed on all hosts. Install the package fence-agents on them.
          </p>
        )}
      </FormGroup>
      {load.pending ? <Spinner size="md" aria-label="Reading the agent's parameters" /> : null}
      {load.error === null ? null : (
        <ErrorNotice error={load.error} retry={{ label: 'Try again', run: () => void run(name) }} />
      )}
      {agent === null || agent.name !== name ? null : <Parameters agent={agent} problems={problems} />}
    </>
  );
}

function Parameters({ agent, problems }: { agent: FenceAgent; problems: Record<string, string> }) {
  const needed = agent.parameters.filter(({ required, secret }) => required || secret);
  const more = agent.parameters.filter((parameter) => !needed.includes(parameter));
  return (
    <>
      {agent.description === '' ? null : <p className="mm-dim">{agent.description}</p>}
      {needed.map((parameter) => (
        <AgentParameter key={parameter.name} parameter={parameter} problems={problems} />
      ))}
      {more.length === 0 ? null : (
        <ExpandableSection toggleText={`${more.length} more parameters`}>
          <div className="mm-stack">
            {more.map((parameter) => (
              <AgentParameter key={parameter.name} parameter={parameter} problems={problems} />
            ))}
          </div>
        </ExpandableSection>
      )}
    </>
  );
}
