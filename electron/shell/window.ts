import { join } from 'node:path';
import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import type { Logger } from 'pino';
import { openJsonFile } from '../console/files/jsonFile.ts';
import { minimumSize, openingBounds, type WindowState, windowStateSchema } from './windowState.ts';

/** PatternFly's page backgrounds, so that the window does not flash before its first paint. */
const background = { dark: '#151515', light: '#f2f2f2' };

export interface WindowOptions {
  url: string;
  /** Absolute path of the built preload. */
  preload: string;
  stateFolder: string;
  logger: Logger;
}

/** Opens the window and shows it when it has something to show. */
export async function openWindow({
  url,
  preload,
  stateFolder,
  logger,
}: WindowOptions): Promise<BrowserWindow> {
  const remembered = await openJsonFile<WindowState | null>(join(stateFolder, 'window.json'), {
    schema: windowStateSchema.nullable(),
    fallback: null,
    now: Date.now(),
  });
  const workAreas = screen.getAllDisplays().map((display) => display.workArea);
  const window = new BrowserWindow({
    ...openingBounds(remembered.value, workAreas),
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    title: 'Minime',
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      // Its dictionaries would be downloaded from elsewhere.
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => {
    if (remembered.value?.maximized === true) window.maximize();
    window.show();
  });
  window.on('close', () => {
    const state = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    remembered.file
      .write(state)
      .catch((error: unknown) => logger.warn({ err: error }, 'window state not kept'));
  });
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') void offerReload(window, reason, logger);
  });
  window.webContents.on('will-prevent-unload', (event) => {
    if (mayLeave(window)) event.preventDefault();
  });
  await window.loadURL(url).catch((error: unknown) => {
    if (!window.isDestroyed() && !isAborted(error)) throw error;
  });
  return window;
}

/** The page holds something that is not applied. Electron asks nobody by itself: the window would just not close. */
function mayLeave(window: BrowserWindow): boolean {
  const leave = 1;
  const chosen = dialog.showMessageBoxSync(window, {
    type: 'question',
    message: 'Changes to the priorities are not applied.',
    detail: 'They are lost when the window closes.',
    buttons: ['Stay', 'Leave'],
    defaultId: 0,
    cancelId: 0,
  });
  return chosen === leave;
}

/** The admin reloaded before the first load was done, which is no failure. */
const isAborted = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_ABORTED';

/** The core is unharmed by a crash of the page: a reload shows everything again. */
async function offerReload(window: BrowserWindow, reason: string, logger: Logger): Promise<void> {
  logger.error({ reason }, 'page crashed');
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The window of Minime has crashed.',
    detail: `Reason: ${reason}. Clusters are not affected.`,
    buttons: ['Reload', 'Quit'],
    defaultId: 0,
    cancelId: 1,
  });
  if (response === 0) window.reload();
  else app.quit();
}
