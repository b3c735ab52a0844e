import { createContext, type ReactNode, useContext } from 'react';
import { useStore } from 'zustand';
import type { Call, ConsoleClient } from './consoleClient.ts';
import type { ConsoleState } from './state.ts';

const ConsoleContext = createContext<ConsoleClient | null>(null);

export function ConsoleProvider({ client, children }: { client: ConsoleClient; children: ReactNode }) {
  return <ConsoleContext value={client}>{children}</ConsoleContext>;
}

export function useConsoleClient(): ConsoleClient {
  const client = useContext(ConsoleContext);
  if (client === null) throw new Error('This component stands outside of ConsoleProvider.');
  return client;
}

/** Reads one part of the state; the component is drawn again only when that part changes. */
export function useConsole<T>(selector: (state: ConsoleState) => T): T {
  return useStore(useConsoleClient().store, selector);
}

export function useCall(): Call {
  return useConsoleClient().call;
}
