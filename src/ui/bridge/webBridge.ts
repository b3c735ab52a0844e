import { type CallResult, type ConsoleBridge, type ConsoleEvent } from '../../contract/consoleApi.ts';
import { type ErrorInfo, MinimeError } from '../../contract/errors.ts';
import { WEB_LINK_PATH, type WebClientMessage, webServerMessageSchema } from '../../contract/webLink.ts';

const SESSION_ITEM = 'minime-session';
const RETRY_MS = [250, 500, 1000, 2000, 5000];

const linkLost: ErrorInfo = {
  kind: 'unreachable',
  message: 'This page is not in touch with Minime.',
  remedy: 'Check that Minime is still running. The page connects again by itself.',
};

/** What the client needs of the browser, so that it can be tested against the real server without one. */
export interface WebPage {
  location: { host: string; protocol: string; hash: string; pathname: string };
  history: { replaceState(data: unknown, unused: string, url: string): void };
  sessionStorage: {
    getItem(name: string): string | null;
    setItem(name: string, value: string): void;
    removeItem(name: string): void;
  };
  openSocket(url: string): PageSocket;
}

/** The part of the browser's WebSocket that is used. */
export interface PageSocket {
  addEventListener(type: 'open' | 'close', listener: () => void): void;
  addEventListener(type: 'message', listener: (message: { data: unknown }) => void): void;
  send(text: string): void;
}

/** Connects this page to its web shell. Resolves when the first connection stands; rejects if it is refused. */
export function connectWebBridge(page: WebPage): Promise<ConsoleBridge> {
  return new Promise((resolve, reject) => {
    const link = new WebLink(page, {
      ready: () => resolve(link.bridge),
      refused: (error) => reject(new MinimeError(error)),
    });
  });
}

interface FirstConnection {
  ready(): void;
  refused(error: ErrorInfo): void;
}

class WebLink {
  readonly #page: WebPage;
  readonly #first: FirstConnection;
  readonly #calls = new Map<number, (result: CallResult<never>) => void>();
  readonly #eventListeners = new Set<(event: ConsoleEvent) => void>();
  readonly #linkListeners = new Set<(connected: boolean) => void>();
  #socket: PageSocket | null = null;
  #connected = false;
  #lastId = 0;
  #attempt = 0;
  /** Set once the server has refused this page for good. */
  #refusal: ErrorInfo | null = null;
  /** The one-use key, until it has been exchanged. */
  #key: string | null;

  constructor(page: WebPage, first: FirstConnection) {
    this.#page = page;
    this.#first = first;
    this.#key = this.#takeKeyFromUrl();
    this.#open();
  }

  readonly bridge: ConsoleBridge = {
    call: (name, input) =>
      new Promise((resolve) => {
        if (this.#socket === null || !this.#connected) {
          resolve({ ok: false, error: this.#refusal ?? linkLost });
          return;
        }
        const id = ++this.#lastId;
        this.#calls.set(id, resolve);
        this.#send(this.#socket, { type: 'call', id, name, input });
      }),
    onEvent: (listener) => {
      this.#eventListeners.add(listener);
      return () => this.#eventListeners.delete(listener);
    },
    onLink: (listener) => {
      this.#linkListeners.add(listener);
      return () => this.#linkListeners.delete(listener);
    },
  };

  /** The key leaves the address bar and the history at once. */
  #takeKeyFromUrl(): string | null {
    const { hash, pathname } = this.#page.location;
    const key = new URLSearchParams(hash.replace(/^#/, '')).get('key');
    if (key !== null) this.#page.history.replaceState(null, '', pathname);
    return key;
  }

  #open(): void {
    const { host, protocol } = this.#page.location;
    const socket = this.#page.openSocket(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}${WEB_LINK_PATH}`);
    this.#socket = socket;
    socket.addEventListener('open', () => this.#authenticate(socket));
    socket.addEventListener('message', (message) => this.#receive(String(message.data)));
    socket.addEventListener('close', () => this.#closed());
    // An error is always followed by `close`, which handles it.
  }

  #authenticate(socket: PageSocket): void {
    const session = this.#page.sessionStorage.getItem(SESSION_ITEM);
    if (this.#key !== null) this.#send(socket, { type: 'auth', key: this.#key });
    else this.#send(socket, { type: 'auth-session', session: session ?? '' });
  }

  #send(socket: PageSocket, message: WebClientMessage): void {
    socket.send(JSON.stringify(message));
  }

  #receive(text: string): void {
    const message = webServerMessageSchema.parse(JSON.parse(text));
    switch (message.type) {
      case 'welcome':
        this.#key = null;
        this.#attempt = 0;
        this.#page.sessionStorage.setItem(SESSION_ITEM, message.session);
        this.#setConnected(true);
        this.#first.ready();
        break;
      case 'denied':
        this.#refusal = message.error;
        this.#page.sessionStorage.removeItem(SESSION_ITEM);
        this.#first.refused(message.error);
        break;
      case 'result': {
        const resolve = this.#calls.get(message.id);
        this.#calls.delete(message.id);
        // The core has checked its answer against the same contract this page was built from.
        resolve?.(message.result as CallResult<never>);
        break;
      }
      case 'event':
        for (const listener of this.#eventListeners) listener(message.event as ConsoleEvent);
        break;
    }
  }

  #closed(): void {
    this.#socket = null;
    this.#setConnected(false);
    for (const resolve of this.#calls.values()) resolve({ ok: false, error: linkLost });
    this.#calls.clear();
    if (this.#refusal !== null) return;
    const wait = RETRY_MS[Math.min(this.#attempt, RETRY_MS.length - 1)];
    this.#attempt += 1;
    setTimeout(() => this.#open(), wait);
  }

  #setConnected(connected: boolean): void {
    if (connected === this.#connected) return;
    this.#connected = connected;
    for (const listener of this.#linkListeners) listener(connected);
  }
}
