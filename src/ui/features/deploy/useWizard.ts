import type { ErrorInfo } from '../../../contract/errors.ts';
import type { Operation } from '../../../contract/operation.ts';
import { useAction } from '../../components/useAction.ts';
import { useCall, useConsole } from '../../store/ConsoleContext.tsx';
import { selectClusters } from '../../store/selectors/clusters.ts';
import { selectHosts } from '../../store/selectors/hosts.ts';
import { isEnded } from '../operations/progress.ts';
import { useDeploy, useDeployStore } from './DeployContext.tsx';
import { type WizardStep, wizardSteps } from './deployStore.ts';
import { refusal } from './eligibility.ts';
import { isDone } from './planView.ts';
import { preflightResult } from './preflightResult.ts';
import { firstIncomplete, type InputStep, inputSteps, type Problems } from './toSpec.ts';
import { useFacts, useFactsAfterReload } from './useFacts.ts';
import { type PlanRun, usePlan } from './usePlan.ts';
import { type PreflightRun, usePreflight } from './usePreflight.ts';
import { useSpec } from './useSpec.ts';

export interface Wizard {
  step: WizardStep;
  /** What is wrong, of the steps that the admin has tried to leave. */
  shownProblems: Problems;
  preflight: PreflightRun;
  plan: PlanRun;
  isRunning: boolean;
  /** Something the footer waits for. */
  pending: boolean;
  error: ErrorInfo | null;
  /** Why Next does not lead on from here; null if it does. Input steps say it at their fields instead. */
  obstacle: string | null;
  canGoTo: (step: WizardStep) => boolean;
  statusOf: (step: WizardStep) => 'default' | 'error' | 'success';
  next: () => Promise<void>;
  back: () => void;
  again: () => void;
}

const isInput = (step: WizardStep): step is InputStep => inputSteps.some((known) => known === step);

/** The wizard's rules: what leads where, and what stands in the way. */
export function useWizard(): Wizard {
  const call = useCall();
  const store = useDeployStore();
  const state = useDeploy((all) => all);
  const { spec, problems } = useSpec();
  const hostProblem = useHostProblem();
  const all: Problems = hostProblem === null ? problems : { ...problems, hosts: { hosts: hostProblem } };
  const preflight = usePreflight();
  const plan = usePlan();
  const facts = useFacts();
  useFactsAfterReload(facts.run);
  const check = useConsole((known) => known.operations.find(({ id }) => id === state.preflight?.operationId));
  const deployment = useConsole((known) => known.operations.find(({ id }) => id === state.runId));
  const passed = preflightResult(check, preflight.isCurrent).verdict === 'passed';
  const incomplete = firstIncomplete(all);
  const isRunning = deployment !== undefined && !isEnded(deployment);
  const start = useAction(async () => {
    if (spec === null || state.plan === null) return;
    const { operationId } = await call('deploy.run', { spec, planId: state.plan.plan.id });
    store.setState({ runId: operationId, step: 'deploy' });
  });

  const canGoTo = (step: WizardStep): boolean => {
    if (isRunning) return step === 'deploy';
    if (isInput(step)) {
      return incomplete === null || wizardSteps.indexOf(step) <= wizardSteps.indexOf(incomplete);
    }
    if (step === 'preflight') return incomplete === null;
    if (step === 'review') return incomplete === null && passed;
    if (step === 'deploy') return state.runId !== null;
    return deployment?.state === 'done';
  };

  const next = async () => {
    const { step } = state;
    if (isInput(step)) {
      store.setState({ attempted: [...new Set([...state.attempted, step])] });
      if (Object.keys(all[step]).length > 0) return;
      if (step === 'hosts' && !(await facts.run())) return;
      if (step === 'hosts' && store.getState().factErrors.length > 0) return;
    }
    if (step === 'review') {
      await start.run();
      return;
    }
    const following = wizardSteps[wizardSteps.indexOf(step) + 1];
    if (following !== undefined) store.setState({ step: following });
  };

  return {
    step: state.step,
    shownProblems: {
      hosts: state.attempted.includes('hosts') ? all.hosts : {},
      network: state.attempted.includes('network') ? all.network : {},
      storage: state.attempted.includes('storage') ? all.storage : {},
      fencing: state.attempted.includes('fencing') ? all.fencing : {},
    },
    preflight,
    plan,
    isRunning,
    pending: facts.pending || start.pending,
    error: facts.error ?? start.error,
    obstacle: obstacle(state.step, {
      passed,
      plan,
      acceptsLoss: state.acceptsLoss,
      planned: state.plan,
      deployment,
    }),
    canGoTo,
    statusOf: (step) => {
      if (isInput(step)) {
        if (!state.attempted.includes(step)) return 'default';
        return Object.keys(all[step]).length > 0 ? 'error' : 'success';
      }
      if (step === 'preflight') return passed ? 'success' : 'default';
      if (step !== 'deploy' || deployment === undefined || isRunning) return 'default';
      return deployment.state === 'done' ? 'success' : 'error';
    },
    next,
    back: () => {
      const before = wizardSteps[wizardSteps.indexOf(state.step) - 1];
      if (before !== undefined && !isRunning) store.setState({ step: before });
    },
    again: () => store.setState({ plan: null, preflight: null, acceptsLoss: false, step: 'preflight' }),
  };
}

/** A chosen host that cannot be deployed to any more: it went away, or joined something. */
function useHostProblem(): string | null {
  const hostIds = useDeploy((state) => state.draft.hostIds);
  const hosts = useConsole(selectHosts);
  const clusters = useConsole(selectClusters);
  const bareEmbedded = useConsole(({ embedded }) => embedded?.bare === true);
  for (const id of hostIds) {
    const host = hosts[id];
    if (host === undefined) return 'A chosen host is not in Minime any more. Let go of it.';
    const cluster = clusters.find((known) => known.hosts.some((row) => row.host?.id === id)) ?? null;
    const reason = refusal(host, cluster, bareEmbedded);
    if (reason !== null) return `${host.name} cannot be chosen: ${reason.replace(/^No, /, '')}.`;
  }
  return null;
}

interface ObstacleInput {
  passed: boolean;
  plan: PlanRun;
  acceptsLoss: boolean;
  planned: { plan: { steps: Parameters<typeof isDone>[0][] } } | null;
  deployment: Operation | undefined;
}

function obstacle(step: WizardStep, input: ObstacleInput): string | null {
  if (step === 'preflight') return input.passed ? null : 'The check must pass first.';
  if (step === 'deploy')
    return input.deployment?.state === 'done' ? null : 'The deployment must be done first.';
  if (step !== 'review') return null;
  if (input.planned === null || !input.plan.isCurrent) return 'There is no plan yet.';
  const loses = input.planned.plan.steps.some((planned) => planned.destructive && !isDone(planned));
  return loses && !input.acceptsLoss ? 'Accept above that devices are overwritten.' : null;
}
