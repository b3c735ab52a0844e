import { useConsole } from '../../store/ConsoleContext.tsx';
import { selectPolicies } from '../../store/selectors/policy.ts';

/** Since when a host of a cluster is in maintenance; null: it is not, as far as is known. */
export function useMaintenance(clusterKey: string | null, name: string): number | null {
  return useConsole((state) =>
    clusterKey === null
      ? null
      : (selectPolicies(state)[clusterKey]?.section.maintenance[name]?.since ?? null),
  );
}
