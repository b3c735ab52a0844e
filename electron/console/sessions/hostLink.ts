import type { RemoteHost } from '../ssh/remoteHost.ts';
import type { HostState } from '../ssh/state.ts';

/** A host's SSH connection as its session sees it. `HostConnection` is one. */
export interface HostLink extends RemoteHost {
  readonly state: HostState;
  /** Reports every new state from now on, also those that `connect` and `disconnect` bring about. */
  onState(listener: (state: HostState) => void): () => void;
  /** Rejects with what the state then tells, too. */
  connect(): Promise<void>;
  disconnect(): void;
}
