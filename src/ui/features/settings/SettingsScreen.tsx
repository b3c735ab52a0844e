import { Radio } from '@patternfly/react-core';
import type { Settings } from '../../../contract/inventory.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { FindingList } from '../../components/FindingLine.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { useAction } from '../../components/useAction.ts';
import { useCall, useConsole } from '../../store/ConsoleContext.tsx';
import { EmbeddedSetting } from '../embedded/EmbeddedSetting.tsx';
import { TourAgain } from '../tour/TourAgain.tsx';
import { DesktopPanel } from './DesktopPanel.tsx';

const themes: { value: Settings['theme']; label: string; description?: string }[] = [
  { value: 'system', label: 'As the system', description: 'Follows the desktop, by day and by night.' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

const secretStorages = {
  'system-keyring': "Secrets that you let Minime remember are kept in this system's keyring.",
  'passphrase-file':
    'Secrets that you let Minime remember are kept in a file encrypted with your passphrase.',
  memory:
    'No keyring was found, so secrets are kept in memory and forgotten when Minime ends. They are never written in clear.',
} as const;

export function SettingsScreen() {
  const theme = useConsole((state) => state.settings.theme);
  const app = useConsole((state) => state.app);
  const call = useCall();
  const { run, error } = useAction((value: Settings['theme']) => call('settings.set', { theme: value }));
  return (
    <Screen title="Settings">
      <Panel title="Appearance">
        <fieldset className="mm-choices">
          <legend>Theme</legend>
          {themes.map(({ value, label, description }) => (
            <Radio
              key={value}
              id={`theme-${value}`}
              name="theme"
              label={label}
              description={description}
              isChecked={theme === value}
              onChange={() => void run(value)}
            />
          ))}
        </fieldset>
        {error === null ? null : <ErrorNotice error={error} />}
      </Panel>
      <DesktopPanel />
      <Panel title="Learn">
        <div className="mm-stack">
          <TourAgain />
          <EmbeddedSetting />
        </div>
      </Panel>
      {app === null ? null : (
        <Panel title="About">
          <dl className="mm-pairs">
            <dt>Version</dt>
            <dd>Minime {app.version}</dd>
            <dt>Shell</dt>
            <dd>{app.shell === 'electron' ? 'Desktop window' : 'Web page served by this machine only'}</dd>
            <dt>Secrets</dt>
            <dd>{secretStorages[app.secretStorage]}</dd>
          </dl>
          {app.notices.length === 0 ? null : <FindingList findings={app.notices} />}
        </Panel>
      )}
    </Screen>
  );
}
