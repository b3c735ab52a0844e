// @vitest-environment happy-dom
import { act, cleanup } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { recovered, takingOver } from '../../testing/fixtures/takeovers.ts';
import { renderConsole } from '../../testing/renderConsole.tsx';
import { DesktopNotifier } from './DesktopNotifier.tsx';

const shown: { title: string; click: () => void }[] = [];

class FakeNotification extends EventTarget {
  static permission: NotificationPermission = 'granted';
  constructor(title: string) {
    super();
    shown.push({ title, click: () => this.dispatchEvent(new Event('click')) });
  }
  close(): void {}
}

beforeEach(() => {
  shown.length = 0;
  FakeNotification.permission = 'granted';
  vi.stubGlobal('Notification', FakeNotification);
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A console that sees a takeover, and then what the hosts tell once it is over. */
async function takeoverEnds(desktopNotifications?: boolean): Promise<void> {
  const before = takingOver();
  if (desktopNotifications !== undefined) before.settings = { ...before.settings, desktopNotifications };
  const { bridge } = await act(async () => renderConsole(<DesktopNotifier />, before));
  await act(async () => {
    for (const { entry, sections } of recovered().hosts) {
      for (const section of ['takeover', 'history', 'cluster'] as const) {
        const data = sections[section];
        if (data !== undefined) bridge.emit('host.section', { hostId: entry.id, section, at: 1, data });
      }
    }
    await vi.advanceTimersByTimeAsync(2000);
  });
}

it('tells that a takeover has ended, and leads to its record', async () => {
  await takeoverEnds();
  expect(shown.map(({ title }) => title)).toEqual(['Takeover of kvm3 has ended']);
  shown[0]?.click();
  expect(window.location.hash).toMatch(/\/history\//);
});

it('tells nothing where the admin does not want it, or the desktop does not let it', async () => {
  await takeoverEnds(false);
  cleanup();
  FakeNotification.permission = 'default';
  await takeoverEnds();
  expect(shown).toEqual([]);
});
