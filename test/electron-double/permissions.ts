import type { CdpConnection } from './cdp.ts';
import { toBrowser } from './schemes.ts';

type RequestHandler = (
  contents: unknown,
  permission: string,
  decide: (granted: boolean) => void,
  details: { requestingUrl: string; isMainFrame: boolean },
) => void;
type CheckHandler = (contents: unknown, permission: string, origin: string, details: object) => boolean;

/** Electron's names, and Chromium's for those that a page can ask for without a device being there. */
const known: Record<string, string> = {
  geolocation: 'geolocation',
  notifications: 'notifications',
  media: 'videoCapture',
  midi: 'midi',
  'clipboard-read': 'clipboardReadWrite',
  'clipboard-sanitized-write': 'clipboardSanitizedWrite',
};

/** Without a handler Electron grants everything; so does this. */
export const permissions: { request: RequestHandler | null; check: CheckHandler | null } = {
  request: null,
  check: null,
};

/** Asks the handlers what Electron would ask them later, and sets Chromium accordingly for a page about to load. */
export async function applyPermissions(
  connection: CdpConnection,
  contents: unknown,
  url: string,
): Promise<void> {
  const origin = new URL(toBrowser(url)).origin;
  if (origin === 'null') return;
  for (const [permission, name] of Object.entries(known)) {
    const granted = await isGranted(contents, permission, url);
    await connection.browser.send('Browser.setPermission', {
      origin,
      permission: { name: browserName(name) },
      setting: granted ? 'granted' : 'denied',
    });
  }
}

async function isGranted(contents: unknown, permission: string, url: string): Promise<boolean> {
  const { request, check } = permissions;
  const requested =
    request === null ||
    (await new Promise<boolean>((decide) =>
      request(contents, permission, decide, { requestingUrl: url, isMainFrame: true }),
    ));
  return (
    requested &&
    (check === null || check(contents, permission, url, { requestingUrl: url, isMainFrame: true }))
  );
}

const browserName = (name: string) =>
  ({
    videoCapture: 'camera',
    clipboardReadWrite: 'clipboard-read',
    clipboardSanitizedWrite: 'clipboard-write',
  })[name] ?? name;
