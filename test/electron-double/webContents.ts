import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { app } from './app.ts';
import { answerInvoke } from './ipcMain.ts';
import { nativeTheme } from './nativeTheme.ts';
import { Page, type PageEvents } from './page.ts';
import { codec } from './pageScripts.ts';
import { applyPermissions } from './permissions.ts';
import { defaultSession } from './session.ts';
import { browserConnection, cancellable } from './state.ts';
import { strict } from './strict.ts';

export interface WebPreferences {
  preload?: string;
  sandbox?: boolean;
  contextIsolation?: boolean;
  nodeIntegration?: boolean;
  webviewTag?: boolean;
  webSecurity?: boolean;
  spellcheck?: boolean;
}

type OpenHandler = (details: { url: string; frameName: string; features: string; disposition: string }) => {
  action: 'allow' | 'deny';
};

/** A frame as IPC handlers see it. Preloads run in top frames only, so no other ever sends. */
export interface Frame {
  url: string;
  parent: null;
}

const all = new Set<WebContentsDouble>();
let lastId = 0;

class WebContentsDouble extends EventEmitter {
  readonly id = ++lastId;
  readonly session = defaultSession;
  private targetId = '';
  private url = '';
  private destroyed = false;
  private openHandler: OpenHandler = () => ({ action: 'allow' });
  private readonly page: Promise<Page>;

  constructor(
    private readonly preferences: WebPreferences,
    size: { width: number; height: number },
    private readonly owner: { openChild(url: string): void; close(): boolean },
  ) {
    super();
    all.add(this);
    const preload = preferences.preload === undefined ? '' : readFileSync(preferences.preload, 'utf8');
    const events = this.pageEvents();
    this.page = Page.create(browserConnection(), {
      size,
      preload,
      dark: nativeTheme.shouldUseDarkColors,
      events,
    });
    this.page.then(
      ({ targetId }) => (this.targetId = targetId),
      (error: unknown) => this.emit('error', error),
    );
    nativeTheme.on('updated', this.followTheme);
    app.emit('web-contents-created', cancellable({}), strict('webContents', this));
  }

  static fromDevToolsTargetId = (targetId: string) =>
    [...all].find((contents) => contents.targetId === targetId);

  get mainFrame(): Frame {
    return { url: this.url, parent: null };
  }
  getURL(): string {
    return this.url;
  }
  getLastWebPreferences(): WebPreferences {
    return { ...this.preferences };
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  send(channel: string, ...args: unknown[]): void {
    this.reply({ type: 'event', channel, args });
  }

  /** Encoded at once: what cannot be cloned throws here, as it does in Electron. */
  reply(message: object): void {
    const encoded = codec.encode(message);
    void this.page.then((page) => page.tellPreload(encoded));
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.page;
    await applyPermissions(browserConnection(), this, url);
    const finished = new Promise((resolve) => this.once('did-finish-load', resolve));
    await page.load(url);
    await finished;
  }

  reload(): void {
    void this.page.then((page) => page.reload());
  }

  async executeJavaScript(code: string): Promise<unknown> {
    return (await this.page).evaluate(code);
  }

  forcefullyCrashRenderer(): void {
    void this.page.then((page) => page.crash());
  }

  close(): void {
    this.owner.close();
  }

  /** For BrowserWindow. */
  async destroy(): Promise<void> {
    if (this.destroyed) return;
    this.destroyed = true;
    all.delete(this);
    nativeTheme.off('updated', this.followTheme);
    this.emit('destroyed');
    await (await this.page).close();
  }

  private readonly followTheme = () => {
    void this.page.then((page) => page.setDark(nativeTheme.shouldUseDarkColors));
  };

  private pageEvents(): PageEvents {
    return {
      message: (message) => {
        if (message.type === 'invoke') void answerInvoke(this, message);
        else if (message.type === 'open') this.open(message.url);
        else throw new Error(`Electron double: ipcRenderer.send is not implemented (${message.channel})`);
      },
      mayNavigate: (url, isMainFrame, isRedirect) => {
        const event = cancellable({ url, isMainFrame, isSameDocument: false });
        if (isRedirect) this.emit('will-redirect', event);
        else {
          this.emit('will-frame-navigate', event);
          if (isMainFrame && !event.defaultPrevented) this.emit('will-navigate', event, url);
        }
        return !event.defaultPrevented;
      },
      navigated: (url) => {
        this.url = url;
        this.emit('did-navigate', cancellable({}), url);
      },
      loaded: () => this.emit('did-finish-load'),
      crashed: () => this.emit('render-process-gone', cancellable({}), { reason: 'crashed', exitCode: 139 }),
    };
  }

  private open(url: string): void {
    const details = { url, frameName: '', features: '', disposition: 'foreground-tab' };
    if (this.openHandler(details).action === 'allow') this.owner.openChild(url);
  }
}

export type WebContents = WebContentsDouble;
export const WebContents = WebContentsDouble;

export const webContents = strict('webContents', {
  fromDevToolsTargetId: WebContentsDouble.fromDevToolsTargetId,
  getAllWebContents: () => [...all],
  fromId: (id: number) => [...all].find((contents) => contents.id === id),
});
