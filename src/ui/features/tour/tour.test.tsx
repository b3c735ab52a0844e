// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ScreenHead } from '../../shell/ScreenHead.tsx';
import { ScreenSwitch } from '../../shell/ScreenSwitch.tsx';
import { CLUSTER_ID } from '../../testing/fixtures/cluster.ts';
import { healthy } from '../../testing/fixtures/scenarios.ts';
import { renderConsole } from '../../testing/renderConsole.tsx';
import { stops } from './stops.ts';
import { TourCard } from './TourCard.tsx';

// Finding things by their roles is slow on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });
afterEach(cleanup);

async function open(hash: string, tourSeen?: boolean) {
  window.location.hash = hash;
  const snapshot = healthy();
  if (tourSeen !== undefined) snapshot.settings.tourSeen = tourSeen;
  return await renderConsole(
    <>
      <ScreenHead />
      <ScreenSwitch />
      <TourCard />
    </>,
    snapshot,
    {
      'settings.set': (input, bridge) => {
        const settings = { theme: 'system' as const, tourSeen: input.tourSeen };
        bridge.emit('settings.changed', settings);
        return settings;
      },
    },
  );
}

const overview = `#/clusters/${CLUSTER_ID}/overview`;
const click = (name: string) => act(async () => fireEvent.click(screen.getByRole('button', { name })));

describe('the tour', () => {
  it('is offered until it is declined', async () => {
    const { bridge } = await open(overview);
    await click('No, thanks');
    expect(bridge.calls.filter(({ name }) => name === 'settings.set')).toEqual([
      { name: 'settings.set', input: { tourSeen: true } },
    ]);
    expect(screen.queryByRole('button', { name: 'Take the tour' })).toBeNull();
  });

  it('leads from screen to screen, back too, and ends where it began', async () => {
    await open(overview);
    await click('Take the tour');
    for (const [index, { title, tab }] of stops.entries()) {
      expect(within(screen.getByLabelText('Tour')).getByRole('heading', { name: title })).toBeTruthy();
      expect(window.location.hash).toBe(`#/clusters/${CLUSTER_ID}/${tab}`);
      await click(index === stops.length - 1 ? 'Back' : 'Next');
    }
    await click('Next');
    await click('Done');
    expect(window.location.hash).toBe(overview);
    expect(screen.queryByLabelText('Tour')).toBeNull();
  });

  it('can be skipped, and is taken again from Settings', async () => {
    await open('#/settings', true);
    await click('Take the tour');
    expect(screen.getByText(`Tour, 1 of ${stops.length}`)).toBeTruthy();
    await click('Skip the tour');
    expect(screen.queryByLabelText('Tour')).toBeNull();
  });
});
