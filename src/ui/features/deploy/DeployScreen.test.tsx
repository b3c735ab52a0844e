// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MinimeError } from '../../../contract/errors.ts';
import { deviceInUse, operation, plan, preflightFindings } from '../../testing/fixtures/deployment.ts';
import { embeddedBare } from '../../testing/fixtures/embedded.ts';
import { threeFacts } from '../../testing/fixtures/facts.ts';
import { bare, NAMES } from '../../testing/fixtures/scenarios.ts';
import { renderConsole } from '../../testing/renderConsole.tsx';
import type { Handlers } from '../../testing/scriptedBridge.ts';
import { DeployScreen } from './DeployScreen.tsx';

// Finding things by their roles is slow on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

afterEach(cleanup);

const click = (name: string) => act(async () => fireEvent.click(screen.getByRole('button', { name })));

const core = (more: Handlers = {}): Handlers => ({
  'deploy.facts': () => ({ hosts: threeFacts(), errors: [] }),
  'deploy.preflight': (_spec, bridge) => {
    bridge.emit(
      'operation.changed',
      operation({ id: 'check', kind: 'preflight', state: 'done', findings: preflightFindings(NAMES) }),
    );
    return { operationId: 'check' };
  },
  'deploy.plan': (spec) => plan(spec),
  'deploy.run': (_input, bridge) => {
    bridge.emit('operation.changed', operation({ id: 'run', state: 'done' }));
    return { operationId: 'run' };
  },
  ...more,
});

async function chooseHosts(): Promise<void> {
  for (const name of NAMES) fireEvent.click(screen.getByLabelText(`Choose ${name}.example.net`));
  await click('Next');
}

describe('the deployment wizard', () => {
  it('takes embedded hosts that came without high availability', async () => {
    await renderConsole(<DeployScreen />, embeddedBare(), core());
    expect(screen.getByLabelText<HTMLInputElement>('Choose embedded-1').disabled).toBe(false);
  });

  it('leads from hosts to a deployment on its defaults alone', async () => {
    const { bridge } = await renderConsole(<DeployScreen />, bare(), core());
    await chooseHosts();
    await click('Next');
    await click('Next');
    await click('Check hosts');
    await click('Review plan');
    const deploy = screen.getByRole<HTMLButtonElement>('button', { name: 'Deploy now' });
    expect(deploy.disabled).toBe(true);
    fireEvent.click(screen.getByLabelText('These devices may be overwritten'));
    await click('Deploy now');
    const run = bridge.calls.find(({ name }) => name === 'deploy.run')?.input as {
      planId: string;
      spec: unknown;
    };
    expect(run.planId).toBe('plan-1');
    expect(run.spec).toEqual(bridge.calls.find(({ name }) => name === 'deploy.plan')?.input);
  });

  it('stays where something is wrong and says what', async () => {
    await renderConsole(<DeployScreen />, bare(), core());
    await click('Next');
    expect(screen.getByText('Choose 2 to 32 hosts.')).toBeTruthy();
    await chooseHosts();
    fireEvent.change(screen.getByLabelText(/^Cluster name/), { target: { value: 'über' } });
    await click('Next');
    expect(screen.getByText(/Use up to 32 letters/)).toBeTruthy();
    expect(screen.getByRole('heading', { level: 2 }).textContent).toBe('Names and heartbeat');
  });

  it('does not go on from a check that found an error, and keeps all input on the way back', async () => {
    await renderConsole(
      <DeployScreen />,
      bare(),
      core({
        'deploy.preflight': (_spec, bridge) => {
          bridge.emit(
            'operation.changed',
            operation({ id: 'check', kind: 'preflight', state: 'done', findings: [deviceInUse] }),
          );
          return { operationId: 'check' };
        },
      }),
    );
    await chooseHosts();
    fireEvent.change(screen.getByLabelText(/^Cluster name/), { target: { value: 'mine' } });
    await click('Next');
    await click('Next');
    await click('Check hosts');
    expect(screen.getByText(/holds an ext4 file system/)).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Review plan' }).disabled).toBe(true);
    await click('Back');
    await click('Back');
    await click('Back');
    expect(screen.getByLabelText<HTMLInputElement>(/^Cluster name/).value).toBe('mine');
  });

  it('offers a new plan when hosts have changed since the review', async () => {
    await renderConsole(
      <DeployScreen />,
      bare(),
      core({
        'deploy.run': () => {
          throw new MinimeError({ kind: 'conflict', message: 'The hosts have changed since the review.' });
        },
      }),
    );
    await chooseHosts();
    await click('Next');
    await click('Next');
    await click('Check hosts');
    await click('Review plan');
    fireEvent.click(screen.getByLabelText('These devices may be overwritten'));
    await click('Deploy now');
    expect(screen.getByText('The hosts have changed since the review.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Plan again' })).toBeTruthy();
  });
});
