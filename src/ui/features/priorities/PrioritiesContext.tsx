import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { isEdited } from './model/draft.ts';
import { createPriorityStore, type PriorityStore } from './priorityStore.ts';

const PrioritiesContext = createContext<PriorityStore | null>(null);

/** Stands above the screens, so that drafts outlive a look at another screen; the window asks before it closes on one. */
export function PrioritiesProvider({ children }: { children: ReactNode }) {
  const [store] = useState(() => createPriorityStore(window.sessionStorage));
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      const drafts = Object.values(store.getState().clusters);
      if (drafts.some(({ draft }) => draft !== null && isEdited(draft))) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [store]);
  return <PrioritiesContext value={store}>{children}</PrioritiesContext>;
}

/** Whether there are changes to the priorities of this cluster that are not applied. */
export function useHasDraft(key: string): boolean {
  return useStore(usePriorityStore(), ({ clusters }) => {
    const draft = clusters[key]?.draft ?? null;
    return draft !== null && isEdited(draft);
  });
}

export function usePriorityStore(): PriorityStore {
  const store = useContext(PrioritiesContext);
  if (store === null) throw new Error('This component stands outside of PrioritiesProvider.');
  return store;
}
