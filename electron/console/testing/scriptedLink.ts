import { MinimeError } from '../../../src/contract/errors.ts';
import type { HostLink } from '../sessions/hostLink.ts';
import type { RemoteStream } from '../ssh/remoteHost.ts';
import type { HostState } from '../ssh/state.ts';

export interface ScriptedLink extends HostLink {
  set(state: Omit<HostState, 'since'>): void;
  /** What `vmcl serve` is when it is started next; null: vmcl is not installed. */
  serve: (() => RemoteStream | Promise<RemoteStream>) | null;
}

/** A connection whose states the test sets. */
export function scriptedLink(label = 'n1'): ScriptedLink {
  const listeners = new Set<(state: HostState) => void>();
  let state: HostState = { state: 'disconnected', since: 0 };
  const unexpected = (what: string) => () =>
    Promise.reject(
      new MinimeError({ kind: 'internal', host: label, message: `${what} is not part of this test.` }),
    );
  const link: ScriptedLink = {
    label,
    serve: null,
    get state() {
      return state;
    },
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(next) {
      state = { ...next, since: 0 };
      for (const listener of listeners) listener(state);
    },
    connect() {
      link.set({ state: 'connecting' });
      return Promise.resolve();
    },
    disconnect() {
      if (state.state !== 'disconnected') link.set({ state: 'disconnected' });
    },
    exec: (argv) =>
      argv[0] === 'test'
        ? Promise.resolve({ code: link.serve === null ? 1 : 0, stdout: '', stderr: '' })
        : unexpected(argv.join(' '))(),
    async openStream(_argv, _preamble, options) {
      if (link.serve === null) throw new Error('no vmcl');
      const remote = await link.serve();
      if (options?.signal?.aborted) remote.close();
      options?.signal?.addEventListener('abort', () => remote.close(), { once: true });
      return remote;
    },
    run: unexpected('run'),
    readFile: unexpected('readFile'),
    writeFile: unexpected('writeFile'),
  };
  return link;
}
