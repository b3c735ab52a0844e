import { useMemo } from 'react';
import { useDeploy } from './DeployContext.tsx';
import { type SpecResult, toSpec } from './toSpec.ts';

export function useSpec(): SpecResult {
  const draft = useDeploy((state) => state.draft);
  const agent = useDeploy((state) => state.agent);
  return useMemo(() => toSpec(draft, agent), [draft, agent]);
}
