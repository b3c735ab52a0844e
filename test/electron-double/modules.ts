import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { app } from './app.ts';
import { type ProtocolHandler, schemes } from './schemes.ts';
import { strict } from './strict.ts';

/** The small modules of the main process, as far as the shell uses them. */

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged(
    list: { scheme: string; privileges: { standard?: boolean; secure?: boolean } }[],
  ): void {
    if (app.reallyReady)
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    for (const { scheme, privileges } of list) {
      if (!privileges.standard || !privileges.secure) {
        throw new Error(
          `Electron double: scheme ${scheme} is not standard and secure, which is not implemented`,
        );
      }
      schemes.privileged.add(scheme);
    }
  },
  handle(scheme: string, handler: ProtocolHandler): void {
    if (!app.reallyReady) throw new Error('Electron double: protocol.handle before the app is ready');
    schemes.handlers.set(scheme, handler);
  },
});

export const dialog = strict('dialog', {
  showErrorBox: (title: string, content: string) => process.stderr.write(`[dialog] ${title}: ${content}\n`),
});

export const shell = strict('shell', {
  openExternal(url: string): Promise<void> {
    process.stderr.write(`[openExternal] ${url}\n`);
    return Promise.resolve();
  },
});

export const screen = strict('screen', {
  getAllDisplays: () => [{ id: 1, scaleFactor: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
});

let applicationMenu: object | null = null;
export const Menu = strict('Menu', {
  buildFromTemplate: (template: object[]) => ({ items: template }),
  setApplicationMenu: (menu: object | null) => {
    applicationMenu = menu;
  },
  getApplicationMenu: () => applicationMenu,
});

/** Real encryption with a key of this run. On Linux the backend follows the switch, as in Chromium. */
const key = randomBytes(32);
export const safeStorage = strict('safeStorage', {
  isAsyncEncryptionAvailable: () => Promise.resolve(app.reallyReady),
  getSelectedStorageBackend(): string {
    if (!app.reallyReady) return 'unknown';
    const store = app.commandLine.getSwitchValue('password-store');
    return store === 'gnome-libsecret' ? 'gnome_libsecret' : 'basic_text';
  },
  encryptStringAsync(text: string): Promise<Buffer> {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Promise.resolve(Buffer.concat([iv, cipher.getAuthTag(), encrypted]));
  },
  decryptStringAsync(data: Buffer): Promise<{ shouldReEncrypt: boolean; result: string }> {
    const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, 12)).setAuthTag(
      data.subarray(12, 28),
    );
    const result = Buffer.concat([decipher.update(data.subarray(28)), decipher.final()]).toString('utf8');
    return Promise.resolve({ shouldReEncrypt: false, result });
  },
});
