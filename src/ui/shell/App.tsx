import { Bullseye, Button, Spinner } from '@patternfly/react-core';
import { DeployProvider } from '../features/deploy/DeployContext.tsx';
import { DesktopNotifier } from '../features/notifications/DesktopNotifier.tsx';
import { PrioritiesProvider } from '../features/priorities/PrioritiesContext.tsx';
import { PromptDialog } from '../features/prompts/PromptDialog.tsx';
import { TourCard } from '../features/tour/TourCard.tsx';
import { TourProvider } from '../features/tour/TourContext.tsx';
import { ConsoleProvider, useConsole } from '../store/ConsoleContext.tsx';
import type { ConsoleClient } from '../store/consoleClient.ts';
import { Announcer } from './Announcer.tsx';
import { LinkBanner } from './LinkBanner.tsx';
import { Masthead } from './Masthead.tsx';
import { Navigation } from './Navigation.tsx';
import { ScreenHead } from './ScreenHead.tsx';
import { ScreenSwitch } from './ScreenSwitch.tsx';
import { StartFailure } from './StartFailure.tsx';
import { StartNotices } from './StartNotices.tsx';
import { useTheme } from './useTheme.ts';

export function App({ client }: { client: ConsoleClient }) {
  return (
    <ConsoleProvider client={client}>
      <DeployProvider>
        <PrioritiesProvider>
          <TourProvider>
            <Shell />
          </TourProvider>
        </PrioritiesProvider>
      </DeployProvider>
    </ConsoleProvider>
  );
}

function Shell() {
  useTheme();
  const phase = useConsole((state) => state.phase);
  const startError = useConsole((state) => state.startError);
  if (startError !== null) return <StartFailure error={startError} />;
  if (phase === 'starting') {
    return (
      <Bullseye>
        <Spinner aria-label="Minime is starting" />
      </Bullseye>
    );
  }
  return (
    <div className="mm-shell">
      <SkipLink />
      <Masthead />
      <Navigation />
      <main id="main" tabIndex={-1} className="mm-main">
        <LinkBanner />
        <StartNotices />
        <ScreenHead />
        <ScreenSwitch />
      </main>
      <PromptDialog />
      <TourCard />
      <Announcer />
      <DesktopNotifier />
    </div>
  );
}

/** A button rather than a link to `#main`: the address after # belongs to the router. */
function SkipLink() {
  return (
    <Button variant="primary" className="mm-skip" onClick={() => document.getElementById('main')?.focus()}>
      Skip to content
    </Button>
  );
}
