import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CallInput, CallOutput, ConsoleBridge, ConsoleCallName } from '../../contract/consoleApi.ts';
import { MinimeError } from '../../contract/errors.ts';
import { followConsole } from '../bridge/index.ts';
import { applyEvent, applySnapshot } from './reduce.ts';
import { type ConsoleState, initialState } from './state.ts';

/** Resolves with the call's answer; rejects with a `MinimeError` that can be shown as it is. */
export type Call = <K extends ConsoleCallName>(name: K, input: CallInput<K>) => Promise<CallOutput<K>>;

/** The renderer's one connection to the core: a store kept equal to it, and calls. */
export interface ConsoleClient {
  store: StoreApi<ConsoleState>;
  call: Call;
  dispose: () => void;
}

export function createConsoleClient(bridge: ConsoleBridge, now: () => number = Date.now): ConsoleClient {
  const store = createStore<ConsoleState>(initialState);
  const call: Call = async (name, input) => {
    const result = await bridge.call(name, input);
    if (!result.ok) throw new MinimeError(result.error);
    return result.value;
  };
  const dispose = followConsole(bridge, {
    onSnapshot: (snapshot) => store.setState((state) => applySnapshot(state, snapshot)),
    onEvent: (event) => store.setState((state) => applyEvent(state, event)),
    onLink: (linkUp) =>
      store.setState((state) => ({ linkUp, linkLostAt: linkUp ? null : (state.linkLostAt ?? now()) })),
    onError: (startError) => store.setState({ phase: 'failed', startError }),
  });
  return { store, call, dispose };
}
