import { useEffect, useRef } from 'react';
import { useConsole, useConsoleClient } from '../../store/ConsoleContext.tsx';
import type { ConsoleState } from '../../store/state.ts';
import { showOnDesktop } from './desktop.ts';
import { failoverNotices, type Notice, newNotices } from './failoverNotices.ts';

/** Views of several hosts settle one by one: what passes within this time is not told. */
const SETTLE_MS = 1500;

/** Has the desktop tell of failovers that begin and end while the console is open, in front or not. */
export function DesktopNotifier() {
  const { store } = useConsoleClient();
  const wanted = useConsole((state) => state.settings.desktopNotifications ?? true);
  const known = useRef<ReadonlyMap<string, Notice> | null>(null);

  useEffect(() => {
    known.current ??= failoverNotices(store.getState());
    let timer: ReturnType<typeof setTimeout> | null = null;
    const settle = () => {
      timer = null;
      const now = failoverNotices(store.getState());
      const news = newNotices(known.current ?? now, now, Date.now());
      known.current = now;
      if (!wanted) return;
      for (const { key, title, body, href } of news) {
        showOnDesktop({
          tag: key,
          title,
          body,
          onClick: () => {
            window.location.hash = href;
          },
        });
      }
    };
    const unsubscribe = store.subscribe((state: ConsoleState, before: ConsoleState) => {
      if (timer === null && mayMatter(state, before)) timer = setTimeout(settle, SETTLE_MS);
    });
    return () => {
      unsubscribe();
      if (timer !== null) clearTimeout(timer);
    };
  }, [store, wanted]);
  return null;
}

const mayMatter = (state: ConsoleState, before: ConsoleState): boolean =>
  state.connections !== before.connections ||
  state.sections.cluster !== before.sections.cluster ||
  state.sections.takeover !== before.sections.takeover ||
  state.sections.history !== before.sections.history;
