import type {
  DispatchCallName,
  DispatchCallParams,
  DispatchCallResult,
} from '../../contract/dispatchProtocol.ts';

export interface PeerCallOptions {
  /** Milliseconds until it is given up with `timeout`. */
  timeoutMs: number;
  signal?: AbortSignal;
}

/** The hosts of the cluster, this one included, as this one may ask them. */
export interface Peers {
  /**
   * Rejects with `unreachable` if the host does not answer, `timeout`, `cancelled`, or what went wrong there. A call that
   * is given up may still be carried out: whoever needs to know asks for a survey.
   */
  call<K extends DispatchCallName>(
    host: string,
    name: K,
    params: DispatchCallParams<K>,
    options: PeerCallOptions,
  ): Promise<DispatchCallResult<K>>;

  /** Connects to all of them, so that no call need wait for it. Who cannot be reached is told by a call. */
  warmUp(): Promise<void>;
}
