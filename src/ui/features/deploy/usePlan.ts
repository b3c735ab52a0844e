import { type Action, useAction } from '../../components/useAction.ts';
import { useCall } from '../../store/ConsoleContext.tsx';
import { useDeploy, useDeployStore } from './DeployContext.tsx';
import { specKey } from './deployStore.ts';
import { useSpec } from './useSpec.ts';

export interface PlanRun extends Action<[]> {
  /** Whether the plan at hand is for what is chosen now. */
  isCurrent: boolean;
}

export function usePlan(): PlanRun {
  const call = useCall();
  const store = useDeployStore();
  const { spec } = useSpec();
  const known = useDeploy((state) => state.plan);
  const action = useAction(async () => {
    if (spec === null) return;
    store.setState({ plan: null, acceptsLoss: false });
    store.setState({ plan: { plan: await call('deploy.plan', spec), spec: specKey(spec) } });
  });
  return { ...action, isCurrent: spec !== null && known?.spec === specKey(spec) };
}
