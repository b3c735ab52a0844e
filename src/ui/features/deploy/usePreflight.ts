import { type Action, useAction } from '../../components/useAction.ts';
import { useCall } from '../../store/ConsoleContext.tsx';
import { useDeploy, useDeployStore } from './DeployContext.tsx';
import { specKey } from './deployStore.ts';
import { useSpec } from './useSpec.ts';

export interface PreflightRun extends Action<[]> {
  /** Whether the last check was made for what is chosen now. */
  isCurrent: boolean;
}

export function usePreflight(): PreflightRun {
  const call = useCall();
  const store = useDeployStore();
  const { spec } = useSpec();
  const last = useDeploy((state) => state.preflight);
  const action = useAction(async () => {
    if (spec === null) return;
    const { operationId } = await call('deploy.preflight', spec);
    store.setState({ preflight: { operationId, spec: specKey(spec) } });
  });
  return { ...action, isCurrent: spec !== null && last?.spec === specKey(spec) };
}
