import '@patternfly/react-core/dist/styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Snapshot } from '../../../contract/consoleApi.ts';
import { App } from '../../shell/App.tsx';
import { createConsoleClient } from '../../store/consoleClient.ts';
import * as embedded from '../fixtures/embedded.ts';
import { editedElsewhere, policySection } from '../fixtures/policy.ts';
import * as scenarios from '../fixtures/scenarios.ts';
import * as takeovers from '../fixtures/takeovers.ts';
import { ScriptedBridge } from '../scriptedBridge.ts';
import { scriptedHandlers } from './handlers.ts';
import { moveToNow } from './moveToNow.ts';
// After the components' own styles, which it adjusts.
import '../../shell/app.css';

const known: Record<string, () => Snapshot> = {
  healthy: scenarios.healthy,
  hostDown: scenarios.hostDown,
  troubled: scenarios.troubled,
  bare: scenarios.bare,
  empty: scenarios.empty,
  prompting: scenarios.prompting,
  large: scenarios.large,
  prioritized: scenarios.prioritized,
  recovered: takeovers.recovered,
  takingOver: takeovers.takingOver,
  unfenced: takeovers.unfenced,
  embedded: embedded.embedded,
  embeddedStarting: embedded.embeddedStarting,
  embeddedFailed: embedded.embeddedFailed,
  hundreds: scenarios.hundreds,
  thousands: scenarios.thousands,
};

const query = new URLSearchParams(window.location.search);
const scenario = known[query.get('scenario') ?? 'healthy'] ?? scenarios.healthy;
const snapshot = moveToNow(scenario());
const theme = query.get('theme');
if (theme === 'dark' || theme === 'light') snapshot.settings.theme = theme;

const bridge = new ScriptedBridge(snapshot, scriptedHandlers(snapshot, query.get('fail')));
/** Another admin's console applies a policy: `window.otherAdmin()`. */
function otherAdmin(): void {
  const data = policySection(editedElsewhere(), { editedAt: Date.now(), editedBy: 'ben on desk-7' });
  for (const { entry } of snapshot.hosts)
    bridge.emit('host.section', { hostId: entry.id, section: 'policy', at: Date.now(), data });
}
Object.assign(window, { scripted: bridge, otherAdmin });
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App client={createConsoleClient(bridge)} />
    </StrictMode>,
  );
}
