import { createContext, type ReactNode, useContext, useState } from 'react';
import { useStore } from 'zustand';
import { createDeployStore, type DeployState, type DeployStore } from './deployStore.ts';
import type { DeployDraft } from './draft.ts';

const DeployContext = createContext<DeployStore | null>(null);

/** Stands above the screens, so that the wizard's input outlives a look at another screen. */
export function DeployProvider({ children }: { children: ReactNode }) {
  const [store] = useState(() => createDeployStore(window.sessionStorage));
  return <DeployContext value={store}>{children}</DeployContext>;
}

export function useDeployStore(): DeployStore {
  const store = useContext(DeployContext);
  if (store === null) throw new Error('This component stands outside of DeployProvider.');
  return store;
}

export function useDeploy<T>(selector: (state: DeployState) => T): T {
  return useStore(useDeployStore(), selector);
}

export type EditDraft = (change: (draft: DeployDraft) => DeployDraft) => void;

export function useEditDraft(): EditDraft {
  const store = useDeployStore();
  return (change) => store.setState((state) => ({ draft: change(state.draft) }));
}
