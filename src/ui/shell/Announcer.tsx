import { useEffect, useRef, useState } from 'react';
import { useConsole, useConsoleClient } from '../store/ConsoleContext.tsx';
import type { ConsoleState } from '../store/state.ts';
import { type Heard, hear, nothingHeard, whatIsNew } from './announcements.ts';

/** Changes that pass within this time are not worth an interruption: views of several hosts settle one by one. */
const SETTLE_MS = 1500;

/** Tells screen readers of important changes, wherever the focus is. */
export function Announcer() {
  const { store } = useConsoleClient();
  const linkUp = useConsole((state) => state.linkUp);
  const [text, setText] = useState('');
  const heard = useRef<Heard>(nothingHeard);

  useEffect(() => {
    heard.current = hear(store.getState());
    let timer: ReturnType<typeof setTimeout> | null = null;
    const settle = () => {
      timer = null;
      const next = hear(store.getState());
      const news = whatIsNew(heard.current, next);
      heard.current = next;
      if (news.length > 0) setText(news.join(' '));
    };
    const unsubscribe = store.subscribe((state: ConsoleState, before: ConsoleState) => {
      if (timer === null && mayMatter(state, before)) timer = setTimeout(settle, SETTLE_MS);
    });
    return () => {
      unsubscribe();
      if (timer !== null) clearTimeout(timer);
    };
  }, [store]);

  return (
    <>
      <div role="status" aria-live="polite" className="pf-v6-screen-reader">
        {text}
      </div>
      <div role="alert" className="pf-v6-screen-reader">
        {linkUp ? '' : 'This page lost touch with Minime. What is shown is not up to date.'}
      </div>
    </>
  );
}

/** Load figures move all the time and are never announced. */
function mayMatter(state: ConsoleState, before: ConsoleState): boolean {
  return (
    state.connections !== before.connections ||
    state.operations !== before.operations ||
    state.sections.cluster !== before.sections.cluster ||
    state.sections.vms !== before.sections.vms ||
    state.sections.quorumDisks !== before.sections.quorumDisks ||
    state.sections.takeover !== before.sections.takeover ||
    state.sections.history !== before.sections.history ||
    state.sections.system !== before.sections.system
  );
}
