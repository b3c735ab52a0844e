import { Checkbox, FormSelect, FormSelectOption, Spinner, Switch } from '@patternfly/react-core';
import { useId, useState } from 'react';
import type { DeploymentPlan } from '../../../../contract/deployment.ts';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { FindingList } from '../../../components/FindingLine.tsx';
import { count } from '../../../components/format.ts';
import { Panel } from '../../../components/Panel.tsx';
import { Status } from '../../../components/Status.tsx';
import { useOnArrival } from '../../../components/useOnArrival.ts';
import { useDeploy, useDeployStore } from '../DeployContext.tsx';
import { PlanStepItem } from '../PlanStepItem.tsx';
import { hostsOf, isDone, phaseWords, stepsByPhase } from '../planView.ts';
import { StepFrame } from '../StepFrame.tsx';
import type { PlanRun } from '../usePlan.ts';

export function ReviewStep({ planRun }: { planRun: PlanRun }) {
  const known = useDeploy((state) => state.plan);
  const { run, isCurrent } = planRun;
  // Arriving here is the wish to see the plan; nothing is changed by it.
  useOnArrival(() => {
    if (!isCurrent) void run();
  });
  return (
    <StepFrame
      title="Review"
      intro="This is everything that will be done, complete. Nothing has been changed yet, and nothing else will be."
    >
      {planRun.pending ? (
        <div className="mm-operation-head" role="status">
          <Spinner size="md" aria-label="Planning" /> Looking at the hosts and planning
        </div>
      ) : null}
      {planRun.error === null ? null : (
        <ErrorNotice error={planRun.error} retry={{ label: 'Plan again', run: () => void run() }} />
      )}
      {known === null || !isCurrent ? null : <Plan plan={known.plan} />}
    </StepFrame>
  );
}

function Plan({ plan }: { plan: DeploymentPlan }) {
  const hosts = hostsOf(plan.steps);
  const open = plan.steps.filter((step) => !isDone(step));
  return (
    <>
      <Status tone="info">
        {open.length === 0
          ? 'Nothing is left to do: every file and command is as it should be.'
          : `${count(open.length, 'step')} to do on ${count(hostsOf(open).length, 'host')}. Right already: ${plan.steps.length - open.length}.`}
      </Status>
      {plan.warnings.length === 0 ? null : (
        <Panel title="Before you deploy">
          <FindingList findings={plan.warnings} />
        </Panel>
      )}
      <Losses plan={plan} />
      <HostSteps plan={plan} hosts={hosts} />
    </>
  );
}

/** What cannot be had back is shown first and accepted apart. */
function Losses({ plan }: { plan: DeploymentPlan }) {
  const store = useDeployStore();
  const accepted = useDeploy((state) => state.acceptsLoss);
  const destructive = plan.steps.filter((step) => step.destructive && !isDone(step));
  if (destructive.length === 0) return null;
  return (
    <Panel
      title="What is overwritten"
      summary={<Status tone="warning">{count(destructive.length, 'step')} that cannot be undone</Status>}
    >
      <ul className="mm-plan-steps">
        {destructive.map((step) => (
          <PlanStepItem key={step.id} step={step} withHost />
        ))}
      </ul>
      <Checkbox
        id="accepts-loss"
        className="mm-accept"
        label="These devices may be overwritten"
        isChecked={accepted}
        onChange={(_event, acceptsLoss) => store.setState({ acceptsLoss })}
      />
    </Panel>
  );
}

function HostSteps({ plan, hosts }: { plan: DeploymentPlan; hosts: string[] }) {
  const id = useId();
  const [chosen, setChosen] = useState(hosts[0] ?? '');
  const [hideDone, setHideDone] = useState(false);
  const host = hosts.includes(chosen) ? chosen : (hosts[0] ?? '');
  const groups = stepsByPhase(plan.steps, host, hideDone);
  return (
    <Panel title="Every file and command">
      <div className="mm-bar">
        <label htmlFor={id}>On host</label>
        <div className="mm-select">
          <FormSelect id={id} value={host} onChange={(_event, value) => setChosen(value)}>
            {hosts.map((name) => (
              <FormSelectOption key={name} value={name} label={name} />
            ))}
          </FormSelect>
        </div>
        <Switch
          id={`${id}-hide`}
          label="Hide what is right already"
          isChecked={hideDone}
          onChange={(_event, checked) => setHideDone(checked)}
        />
      </div>
      {groups.length === 0 ? <p className="mm-dim">Nothing is left to do on {host}.</p> : null}
      {groups.map(({ phase, steps }) => (
        <section key={phase}>
          <h3 className="mm-subhead">
            {phaseWords[phase]} <span className="mm-dim">({steps.length})</span>
          </h3>
          <ul className="mm-plan-steps">
            {steps.map((step) => (
              <PlanStepItem key={step.id} step={step} />
            ))}
          </ul>
        </section>
      ))}
    </Panel>
  );
}
