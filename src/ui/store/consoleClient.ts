import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  CallInput,
  CallOutput,
  ConsoleBridge,
  ConsoleCallName,
  ConsoleEvent,
} from '../../contract/consoleApi.ts';
import { MinimeError } from '../../contract/errors.ts';
import { followConsole } from '../bridge/index.ts';
import { gather } from './gather.ts';
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

/** Too short to be noticed, and long enough that a busy site is drawn twenty times a second at most. */
const gatherMs = 50;

export function createConsoleClient(bridge: ConsoleBridge, now: () => number = Date.now): ConsoleClient {
  const store = createStore<ConsoleState>(initialState);
  const events = gather<ConsoleEvent>(gatherMs, (gathered) =>
    store.setState((state) => gathered.reduce(applyEvent, state)),
  );
  const call: Call = async (name, input) => {
    const result = await bridge.call(name, input);
    // Whoever asked finds in the store what the core told before it answered.
    events.flush();
    if (!result.ok) throw new MinimeError(result.error);
    return result.value;
  };
  const dispose = followConsole(bridge, {
    onSnapshot: (snapshot) => {
      events.flush();
      store.setState((state) => applySnapshot(state, snapshot));
    },
    onEvent: events.add,
    onLink: (linkUp) => {
      events.flush();
      store.setState((state) => ({ linkUp, linkLostAt: linkUp ? null : (state.linkLostAt ?? now()) }));
    },
    onError: (startError) => store.setState({ phase: 'failed', startError }),
  });
  return { store, call, dispose };
}
