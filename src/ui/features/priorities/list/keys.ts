export type ListCommand =
  | { do: 'go'; to: 'up' | 'down' | 'page-up' | 'page-down' | 'first' | 'last'; extend: boolean }
  | { do: 'step'; direction: -1 | 1 }
  | { do: 'pick-up' | 'drop' | 'cancel' | 'select-all' | 'toggle' | 'move-to' | 'rules' | 'clear' };

interface Key {
  key: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
}

const ways: Record<string, Extract<ListCommand, { do: 'go' }>['to']> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'page-up',
  PageDown: 'page-down',
  Home: 'first',
  End: 'last',
};

/** What a key means in the list; `carrying`: VMs are picked up. Null: nothing, so the browser may have it. */
export function listCommand(event: Key, carrying: boolean): ListCommand | null {
  const { key, altKey, shiftKey } = event;
  const control = event.ctrlKey || event.metaKey;
  const to = ways[key];
  if (carrying) {
    if (key === ' ' || key === 'Enter') return { do: 'drop' };
    if (key === 'Escape' || key === 'Tab') return { do: 'cancel' };
    return to === undefined ? null : { do: 'go', to, extend: false };
  }
  if (altKey) {
    if (key === 'ArrowUp') return { do: 'step', direction: -1 };
    return key === 'ArrowDown' ? { do: 'step', direction: 1 } : null;
  }
  if (to !== undefined) return { do: 'go', to, extend: shiftKey };
  if (key === ' ') return { do: control ? 'toggle' : 'pick-up' };
  if (key === 'Escape') return { do: 'clear' };
  if (control) return key.toLowerCase() === 'a' ? { do: 'select-all' } : null;
  if (key.toLowerCase() === 'm') return { do: 'move-to' };
  return key.toLowerCase() === 'r' ? { do: 'rules' } : null;
}
