import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  nativeTheme,
  protocol,
  safeStorage,
  session,
  shell,
} from 'electron';
import pino from 'pino';
import { z } from 'zod';
import { settingsSchema } from '../src/contract/inventory.ts';
import { type ConsoleCore, createConsoleCore } from './console/core.ts';
import { defaultDataFolder } from './console/files/dataFolder.ts';
import { openKeyringSecrets } from './console/secrets/keyringSecrets.ts';
import { memorySecrets } from './console/secrets/memorySecrets.ts';
import { EVENT_CHANNEL } from './shell/channels.ts';
import { serveCalls } from './shell/ipc.ts';
import { setMenu } from './shell/menu.ts';
import { ownPage, PAGE_SCHEME } from './shell/ownPage.ts';
import { servePageFiles } from './shell/pageFiles.ts';
import { openSafeStorageSecrets } from './shell/secretStorage.ts';
import { confineNavigation, denyPermissions } from './shell/security.ts';
import { makeShellFolder } from './shell/shellFolder.ts';
import { startFailure } from './shell/startFailure.ts';
import { openWindow } from './shell/window.ts';
import { loadStaticFiles } from './web/staticFiles.ts';

/** Set by the build: false except under `electron-vite dev`, so that a release holds no way to another page. */
declare const __DEVELOPMENT__: boolean;

const shownSettings = z.object({ settings: settingsSchema });

/** The project's folder, or app.asar. */
const appFolder = fileURLToPath(new URL('../..', import.meta.url));
const dataFolder = defaultDataFolder();
const devServer = __DEVELOPMENT__ ? process.env.ELECTRON_RENDERER_URL : undefined;
const page = ownPage(devServer);
const logger = pino({ name: 'minime', level: process.env.MINIME_LOG_LEVEL ?? 'warn' }, pino.destination(2));

start().catch(giveUp);

async function start(): Promise<void> {
  // What comes before the first await is done before the app can be ready, which Electron asks for.
  const shellFolder = makeShellFolder(dataFolder);
  app.setPath('userData', shellFolder);
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true } },
  ]);
  confineNavigation(app, shell, page);
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.on('second-instance', showWindow);
  app.on('window-all-closed', () => app.quit());
  await app.whenReady();

  const core = await openCore(shellFolder);
  quitCleanly(core);
  await followTheme(core);
  setMenu(process.platform);
  denyPermissions(session.defaultSession, page);
  if (devServer === undefined) {
    protocol.handle(PAGE_SCHEME, servePageFiles(await loadStaticFiles(join(appFolder, 'out/renderer'))));
  }
  serveCalls(ipcMain, page, (name, input) => core.call(name, input));
  core.onEvent((event) => {
    for (const window of BrowserWindow.getAllWindows()) window.webContents.send(EVENT_CHANNEL, event);
  });
  const preload = join(appFolder, 'out/preload/preload.cjs');
  await openWindow({ url: page.url, preload, stateFolder: shellFolder, logger });
}

async function openCore(shellFolder: string): Promise<ConsoleCore> {
  const secretStorage =
    (await openSafeStorageSecrets({
      encryption: safeStorage,
      folder: shellFolder,
      platform: process.platform,
      logger,
    })) ??
    (await openKeyringSecrets()) ??
    memorySecrets();
  return await createConsoleCore({
    dataFolder,
    shell: 'electron',
    version: app.getVersion(),
    secretStorage,
    resources: {
      hostProgram: join(appFolder, 'out/host/vmcl.cjs'),
      hostFiles: join(appFolder, 'resources/host'),
      embeddedProgram: join(appFolder, 'out/embedded/embedded.cjs'),
    },
    logger,
  });
}

/** The setting decides what the page is told by prefers-color-scheme, and the window's colour before it paints. */
async function followTheme(core: ConsoleCore): Promise<void> {
  const snapshot = await core.call('snapshot', {});
  if (snapshot.ok) nativeTheme.themeSource = shownSettings.parse(snapshot.value).settings.theme;
  core.onEvent((event) => {
    if (event.name === 'settings.changed') nativeTheme.themeSource = event.data.theme;
  });
}

/** The core closes its connections before the process ends. */
function quitCleanly(core: ConsoleCore): void {
  let state: 'open' | 'closing' | 'closed' = 'open';
  app.on('will-quit', (event) => {
    if (state === 'closed') return;
    event.preventDefault();
    if (state === 'closing') return;
    state = 'closing';
    void core
      .dispose()
      .catch((error: unknown) => logger.error({ err: error }, 'core did not close cleanly'))
      .then(() => {
        state = 'closed';
        app.quit();
      });
  });
}

function showWindow(): void {
  const window = BrowserWindow.getAllWindows()[0];
  if (window?.isMinimized()) window.restore();
  window?.focus();
}

function giveUp(thrown: unknown): void {
  const failure = startFailure(thrown);
  process.stderr.write(`${failure.line}\n`);
  if (failure.info.kind === 'internal') logger.fatal({ err: thrown }, 'start failed');
  dialog.showErrorBox(failure.title, failure.text);
  app.exit(1);
}
