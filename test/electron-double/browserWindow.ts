import { EventEmitter } from 'node:events';
import { app, openWindows } from './app.ts';
import { cancellable } from './state.ts';
import { strict } from './strict.ts';
import { WebContents, type WebPreferences } from './webContents.ts';

interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface WindowOptions extends Partial<Rectangle> {
  minWidth?: number;
  minHeight?: number;
  title?: string;
  show?: boolean;
  autoHideMenuBar?: boolean;
  backgroundColor?: string;
  webPreferences?: WebPreferences;
}

const knownOptions = new Set(
  'x y width height minWidth minHeight title show autoHideMenuBar backgroundColor webPreferences'.split(' '),
);
/** Electron's defaults. */
const defaultPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  webviewTag: false,
};

const all = new Set<BrowserWindow>();
let lastId = 0;

export class BrowserWindow extends EventEmitter {
  readonly id = ++lastId;
  readonly webContents: WebContents;
  private bounds: Rectangle;
  private visible: boolean;
  private maximized = false;
  private minimized = false;
  private destroyed = false;
  private readonly background: string;
  /** The window without its strict wrapper. */
  private readonly raw = this;

  constructor(options: WindowOptions = {}) {
    super();
    if (!app.reallyReady) throw new Error('Cannot create BrowserWindow before app is ready');
    for (const name of Object.keys(options)) {
      if (!knownOptions.has(name))
        throw new Error(`Electron double: window option ${name} is not implemented`);
    }
    const preferences = { ...defaultPreferences, ...options.webPreferences };
    refuseUnsandboxed(preferences);
    this.bounds = {
      x: options.x ?? 0,
      y: options.y ?? 0,
      width: options.width ?? 800,
      height: options.height ?? 600,
    };
    this.visible = options.show ?? true;
    this.background = options.backgroundColor ?? '#FFF';
    const { width, height } = this.bounds;
    const contents = new WebContents(
      preferences,
      { width, height },
      {
        // A window whose page cannot be had stays open, with the browser's error in it.
        openChild: (url) => void new BrowserWindow().loadURL(url).catch(() => undefined),
        close: () => this.close(),
      },
    );
    contents.once('did-finish-load', () => this.emit('ready-to-show'));
    this.webContents = strict('webContents', contents);
    all.add(this);
    openWindows.add(this);
    return strict('BrowserWindow', this);
  }

  static getAllWindows = () => [...all].map((window) => strict('BrowserWindow', window));
  static fromWebContents = (contents: WebContents) =>
    this.getAllWindows().find(({ id }) => id === ownerOf(contents)?.id);

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }
  reload(): void {
    this.webContents.reload();
  }
  close(): boolean {
    if (this.destroyed) return true;
    const event = cancellable({});
    this.emit('close', event);
    if (event.defaultPrevented) return false;
    this.destroy();
    return true;
  }
  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    all.delete(this.raw);
    openWindows.delete(this.raw);
    void this.webContents.destroy();
    this.emit('closed');
    app.windowClosed();
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }

  show(): void {
    this.visible = true;
    this.emit('show');
  }
  focus(): void {
    this.emit('focus');
  }
  isVisible(): boolean {
    return this.visible;
  }
  maximize(): void {
    this.maximized = true;
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  minimize(): void {
    this.minimized = true;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  restore(): void {
    this.minimized = false;
    this.maximized = false;
  }
  getBounds(): Rectangle {
    return { ...this.bounds };
  }
  getNormalBounds(): Rectangle {
    return { ...this.bounds };
  }
  setBounds(bounds: Partial<Rectangle>): void {
    this.bounds = { ...this.bounds, ...bounds };
  }
  getBackgroundColor(): string {
    return this.background;
  }
}

function ownerOf(contents: WebContents): BrowserWindow | undefined {
  return [...all].find((window) => window.webContents.id === contents.id);
}

/** What cannot be shown truthfully is refused: the double has no page with Node in it. */
function refuseUnsandboxed(preferences: WebPreferences): void {
  const { sandbox, contextIsolation, nodeIntegration } = preferences;
  if (!sandbox || !contextIsolation || nodeIntegration) {
    throw new Error('Electron double: a window that is not sandboxed and isolated is not implemented');
  }
  if (preferences.webSecurity === false)
    throw new Error('Electron double: webSecurity: false is not implemented');
}
