import type { CdpConnection } from './cdp.ts';

/** What the modules of the double share. */
export const state: { connection: CdpConnection | null; closeBrowser: () => Promise<void> } = {
  connection: null,
  closeBrowser: () => Promise.resolve(),
};

export function browserConnection(): CdpConnection {
  if (state.connection === null) throw new Error('Electron double: used before the app is ready');
  return state.connection;
}

/** Electron's event object, as far as listeners use it. */
export interface CancellableEvent {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
}

export function cancellable<T extends object>(details: T): T & CancellableEvent {
  let prevented = false;
  return Object.defineProperties(Object.assign(details), {
    defaultPrevented: { get: () => prevented },
    preventDefault: { value: () => (prevented = true) },
  }) as T & CancellableEvent;
}
