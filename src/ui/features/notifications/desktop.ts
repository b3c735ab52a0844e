/** What the desktop lets this page do. `unsupported`: it has no notifications at all. */
export type DesktopPermission = NotificationPermission | 'unsupported';

export const desktopPermission = (): DesktopPermission =>
  'Notification' in globalThis ? Notification.permission : 'unsupported';

/** Asks the admin; browsers only listen right after a click. */
export async function askPermission(): Promise<DesktopPermission> {
  if (desktopPermission() === 'unsupported') return 'unsupported';
  return await Notification.requestPermission();
}

/** Has the desktop show it. One of the same `tag` takes the place of the one before. */
export function showOnDesktop({
  tag,
  title,
  body,
  onClick,
}: {
  tag: string;
  title: string;
  body: string;
  onClick: () => void;
}): void {
  if (desktopPermission() !== 'granted') return;
  try {
    const notification = new Notification(title, { tag, body });
    notification.addEventListener('click', () => {
      window.focus();
      notification.close();
      onClick();
    });
  } catch {
    // Some browsers have the interface and refuse to use it. The screen tells all the same.
  }
}
