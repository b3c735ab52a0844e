import { useEffect } from 'react';
import { useConsole } from '../store/ConsoleContext.tsx';

const DARK_CLASS = 'pf-v6-theme-dark';

/** Puts the chosen theme on the page, following the system where that is the choice. */
export function useTheme(): void {
  const theme = useConsole((state) => state.settings.theme);
  useEffect(() => {
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    const apply = () => {
      const dark = theme === 'dark' || (theme === 'system' && system.matches);
      document.documentElement.classList.toggle(DARK_CLASS, dark);
    };
    apply();
    system.addEventListener('change', apply);
    return () => system.removeEventListener('change', apply);
  }, [theme]);
}
