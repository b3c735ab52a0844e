import '@patternfly/react-core/dist/styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { toErrorInfo } from '../contract/errors.ts';
import { connectBridge } from './bridge/index.ts';
import { App } from './shell/App.tsx';
import { StartFailure } from './shell/StartFailure.tsx';
import { createConsoleClient } from './store/consoleClient.ts';
// After the components' own styles, which it adjusts.
import './shell/app.css';

// zod compiles schemas with `new Function` where it may; the content security policy forbids it.
z.config({ jitless: true });

async function start(): Promise<void> {
  const container = document.getElementById('root');
  if (container === null) throw new Error('The page has no element "root".');
  const root = createRoot(container);
  try {
    const client = createConsoleClient(await connectBridge());
    root.render(
      <StrictMode>
        <App client={client} />
      </StrictMode>,
    );
  } catch (thrown) {
    root.render(<StartFailure error={toErrorInfo(thrown)} />);
  }
}

void start();
