import { useAction } from '../../components/useAction.ts';
import { useOnArrival } from '../../components/useOnArrival.ts';
import { useCall, useConsoleClient } from '../../store/ConsoleContext.tsx';
import { selectClusters } from '../../store/selectors/clusters.ts';
import { useDeployStore } from './DeployContext.tsx';
import { withDefaults } from './defaults/withDefaults.ts';

/** Asks the chosen hosts what they offer and fills in the defaults. `run` answers whether all of them told. */
export function useFacts() {
  const call = useCall();
  const client = useConsoleClient();
  const store = useDeployStore();
  return useAction(async () => {
    const { hostIds } = store.getState().draft;
    const { hosts, errors } = await call('deploy.facts', { hostIds });
    const known = client.store.getState();
    store.setState((state) => ({
      facts: Object.fromEntries(hosts.map((facts) => [facts.hostId, facts])),
      factErrors: errors,
      draft: withDefaults(state.draft, {
        facts: hosts,
        consoleAddresses: state.draft.hostIds.flatMap((id) => known.entries[id]?.address ?? []),
        takenNames: selectClusters(known)
          .filter((cluster) => !cluster.hosts.some(({ host }) => host !== null && hostIds.includes(host.id)))
          .map((cluster) => cluster.name),
      }),
    }));
  });
}

/** Has the facts again where a reload of the page has lost them. */
export function useFactsAfterReload(load: () => Promise<boolean>): void {
  const store = useDeployStore();
  useOnArrival(() => {
    const { step, draft, facts } = store.getState();
    const missing = draft.hostIds.some((id) => facts[id] === undefined);
    if (missing && ['network', 'storage', 'fencing'].includes(step)) void load();
  });
}
