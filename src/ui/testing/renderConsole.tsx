import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import type { Snapshot } from '../../contract/consoleApi.ts';
import { DeployProvider } from '../features/deploy/DeployContext.tsx';
import { PrioritiesProvider } from '../features/priorities/PrioritiesContext.tsx';
import { TourProvider } from '../features/tour/TourContext.tsx';
import { ConsoleProvider } from '../store/ConsoleContext.tsx';
import { createConsoleClient } from '../store/consoleClient.ts';
import { type Handlers, ScriptedBridge } from './scriptedBridge.ts';

/** Renders a part of the console on a scripted core, once the snapshot has arrived. */
export async function renderConsole(content: ReactNode, snapshot: Snapshot, handlers: Handlers = {}) {
  window.sessionStorage.clear();
  const bridge = new ScriptedBridge(snapshot, handlers);
  const client = createConsoleClient(bridge);
  await Promise.resolve();
  await Promise.resolve();
  render(
    <ConsoleProvider client={client}>
      <DeployProvider>
        <PrioritiesProvider>
          <TourProvider>{content}</TourProvider>
        </PrioritiesProvider>
      </DeployProvider>
    </ConsoleProvider>,
  );
  return { bridge, client };
}
