import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { holdInstance } from './singleInstance.ts';
import { cancellable, state } from './state.ts';
import { strict } from './strict.ts';

/** The windows, as far as quitting is concerned; filled in by BrowserWindow. */
export interface Closable {
  /** False if a listener kept the window open. */
  close(): boolean;
}
export const openWindows = new Set<Closable>();

class App extends EventEmitter {
  readonly isPackaged = false;
  private readonly paths = new Map<string, string>();
  private readonly switches = new Map<string, string>();
  private identity = { folder: '', name: '', version: '' };
  private quitting = false;
  private announceReady: (event: object) => void = () => undefined;
  private readonly ready = new Promise<object>((resolve) => {
    this.announceReady = resolve;
  });
  /** Playwright replaces `isReady` and `whenReady`; this tells the truth. */
  reallyReady = false;

  readonly commandLine = strict('app.commandLine', {
    appendSwitch: (name: string, value = '') => this.switches.set(name, value),
    hasSwitch: (name: string) => this.switches.has(name),
    getSwitchValue: (name: string) => this.switches.get(name) ?? '',
  });

  /** For the double's own start. */
  describe(start: { folder: string; name: string; version: string; switches: Map<string, string> }): void {
    this.identity = start;
    for (const [name, value] of start.switches) this.switches.set(name, value);
    this.paths.set('home', homedir()).set('temp', tmpdir());
    this.paths.set('userData', this.switches.get('user-data-dir') ?? join(homedir(), '.config', start.name));
  }

  becomeReady(): void {
    this.reallyReady = true;
    const event = cancellable({});
    this.emit('ready', event, {});
    this.announceReady(event);
  }

  isReady(): boolean {
    return this.reallyReady;
  }
  whenReady(): Promise<object> {
    return this.ready;
  }
  getName(): string {
    return this.identity.name;
  }
  getVersion(): string {
    return this.identity.version;
  }
  getAppPath(): string {
    return this.identity.folder;
  }
  getPath(name: string): string {
    const path = this.paths.get(name);
    if (path === undefined) throw new Error(`Electron double: app.getPath('${name}') is not implemented`);
    return path;
  }
  setPath(name: string, path: string): void {
    this.getPath(name);
    if (!existsSync(path)) throw new Error(`app.setPath: ${path} does not exist`);
    this.paths.set(name, path);
  }

  requestSingleInstanceLock(): boolean {
    return holdInstance(this.getPath('userData'), () =>
      this.emit('second-instance', cancellable({}), process.argv, process.cwd(), null),
    );
  }

  quit(): void {
    if (this.quitting) return;
    const event = cancellable({});
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    this.quitting = true;
    for (const window of openWindows) {
      if (!window.close()) this.quitting = false;
    }
    if (this.quitting) this.endIfAllowed();
  }

  exit(code = 0): void {
    this.emit('quit', cancellable({}), code);
    void state.closeBrowser().then(() => process.exit(code));
  }

  /** Called when a window has closed. */
  windowClosed(): void {
    if (openWindows.size > 0 || this.quitting) return;
    if (!this.emit('window-all-closed')) this.quit();
  }

  private endIfAllowed(): void {
    const event = cancellable({});
    this.emit('will-quit', event);
    if (event.defaultPrevented) this.quitting = false;
    else this.exit(0);
  }
}

export const app = strict('app', new App());
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.quit());
