import type { App, Session, Shell, WebContents } from 'electron';
import type { OwnPage } from './ownPage.ts';

/**
 * What our page may ask the session for: to put text on the clipboard, after a click ("Copy details"), and to have the desktop tell
 * of a failover. Whether it does is a setting.
 */
const GRANTED: readonly string[] = ['clipboard-sanitized-write', 'notifications'];

/** Denies every permission but these, and these to every page but ours. */
export function denyPermissions(session: Session, page: OwnPage): void {
  session.setPermissionRequestHandler((_contents, permission, decide, details) =>
    decide(GRANTED.includes(permission) && page.owns(details.requestingUrl)),
  );
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => GRANTED.includes(permission) && page.owns(origin),
  );
  session.setDevicePermissionHandler(() => false);
}

/** Keeps every window and frame, present and future, on our own page, and lets none open another. */
export function confineNavigation(app: App, shell: Shell, page: OwnPage): void {
  app.on('web-contents-created', (_event, contents) => confine(contents, shell, page));
}

function confine(contents: WebContents, shell: Shell, page: OwnPage): void {
  const stayHere = (event: { url: string; preventDefault(): void }) => {
    if (!page.owns(event.url)) event.preventDefault();
  };
  contents.on('will-frame-navigate', stayHere);
  contents.on('will-redirect', stayHere);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (isWebLink(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

/** Only these go to the admin's browser: any other scheme can start a program. */
export function isWebLink(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  return protocol === 'https:' && username === '' && password === '';
}
