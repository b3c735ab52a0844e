import { permissions } from './permissions.ts';
import { strict } from './strict.ts';

export const defaultSession = strict('session', {
  setPermissionRequestHandler(handler: typeof permissions.request): void {
    permissions.request = handler;
  },
  setPermissionCheckHandler(handler: typeof permissions.check): void {
    permissions.check = handler;
  },
  /** No device can be reached from a headless browser, whatever the handler says. */
  setDevicePermissionHandler(): void {},
});
