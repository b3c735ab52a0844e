// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from '@testing-library/react';
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

describe('an operation that proved something', () => {
  it('tells what was found in order, when it is asked', async () => {
    const proven = operation({
      id: 'run',
      state: 'done',
      findings: [{ id: 'quorum', severity: 'ok', host: 'n1', title: 'n1 has quorum.' }],
    });
    await renderConsole(<OperationView operation={proven} />, bare());
    const toggle = screen.getByRole('button', { name: 'What was found in order (1)' });
    const folded = () => screen.getByText('n1 has quorum').closest('[hidden]');
    expect(folded()).not.toBeNull();
    await act(async () => fireEvent.click(toggle));
    expect(folded()).toBeNull();
  });
});
