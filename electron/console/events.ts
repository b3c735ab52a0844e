import {
  type ConsoleEvent,
  type ConsoleEventData,
  type ConsoleEventName,
  consoleEvents,
} from '../../src/contract/consoleApi.ts';

/** Where the parts of the core announce changed state. */
export interface EventHub {
  emit<K extends ConsoleEventName>(name: K, data: ConsoleEventData<K>): void;
  onEvent(listener: (event: ConsoleEvent) => void): () => void;
  /** Number of the last event. */
  sequence(): number;
}

/** @param check validates every event against the contract before it goes out. */
export function createEventHub(check: boolean): EventHub {
  const listeners = new Set<(event: ConsoleEvent) => void>();
  let sequence = 0;
  return {
    emit(name, data) {
      if (check) consoleEvents[name].parse(data);
      sequence += 1;
      // Name and data belong together by this function's signature, which a union cannot express.
      const event = { sequence, name, data } as ConsoleEvent;
      for (const listener of listeners) listener(event);
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    sequence: () => sequence,
  };
}
