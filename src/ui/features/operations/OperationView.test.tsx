// @vitest-environment happy-dom
import { cleanup } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { operation } from '../../testing/fixtures/deployment.ts';
import { bare } from '../../testing/fixtures/scenarios.ts';
import { renderConsole } from '../../testing/renderConsole.tsx';
import { OperationView } from './OperationView.tsx';

afterEach(cleanup);

describe('an operation that failed', () => {
  it('shows its error, what to do next, and then its findings, the worst first', async () => {
    const failed = operation({
      id: 'run',
      state: 'failed',
      error: { kind: 'unreachable', message: 'The connection was lost.' },
      findings: [
        { id: 'watchdog', severity: 'warning', host: 'n2', title: 'n2 has no watchdog' },
        { id: 'watchdog', severity: 'warning', host: 'n1', title: 'n1 has no watchdog' },
        { id: 'engine', severity: 'error', host: 'n3', title: 'The engine on n3 could not be stopped' },
      ],
    });
    await renderConsole(<OperationView operation={failed} next={<p>Run it again.</p>} />, bare());
    const text = document.body.textContent;
    const order = ['was lost', 'Run it again', 'could not be stopped', 'n1 has no', 'n2 has no'];
    expect(order.map((part) => text.indexOf(part)).toSorted((a, b) => a - b)).toEqual(
      order.map((part) => text.indexOf(part)),
    );
    expect(text.indexOf('was lost')).toBeGreaterThan(0);
  });
});
