import type { CdpConnection, CdpParams, CdpSession } from './cdp.ts';
import { BINDING, codec, PRELOAD_WORLD, pageScripts } from './pageScripts.ts';
import { fromBrowser, fulfil, toBrowser } from './schemes.ts';

/** What a page tells the web contents that show it. URLs are the app's. */
export interface PageEvents {
  /** From the preload: an IPC message, or `window.open`. */
  message(message: CdpParams): void;
  /** The page itself wants to go elsewhere; false keeps it where it is. */
  mayNavigate(url: string, isMainFrame: boolean, isRedirect: boolean): boolean;
  navigated(url: string): void;
  loaded(): void;
  crashed(): void;
}

export interface PageOptions {
  size: { width: number; height: number };
  preload: string;
  dark: boolean;
  events: PageEvents;
}

/** One target of the browser. */
export class Page {
  private preloadContext: string | null = null;
  /** Unique ids of the preload's contexts, by the ids that messages come with. */
  private readonly preloadContexts = new Map<number, string>();
  /** Loads that the main process asked for are not put to `mayNavigate`. */
  private mainProcessNavigates = false;
  private closed = false;

  private constructor(
    readonly targetId: string,
    private readonly connection: CdpConnection,
    private readonly session: CdpSession,
    private readonly events: PageEvents,
  ) {}

  static async create(connection: CdpConnection, options: PageOptions): Promise<Page> {
    const { targetId } = await connection.browser.send('Target.createTarget', {
      url: 'about:blank',
      newWindow: true,
      ...options.size,
    });
    const { sessionId } = await connection.browser.send('Target.attachToTarget', { targetId, flatten: true });
    const session = connection.session(sessionId);
    const page = new Page(targetId, connection, session, options.events);
    page.listen();
    const scripts = pageScripts(options.preload);
    await session.send('Page.enable');
    await session.send('Inspector.enable');
    await session.send('Runtime.enable');
    await session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
    await session.send('Runtime.addBinding', { name: BINDING, executionContextName: PRELOAD_WORLD });
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source: scripts.mainWorld });
    await session.send('Page.addScriptToEvaluateOnNewDocument', {
      source: scripts.preloadWorld,
      worldName: PRELOAD_WORLD,
    });
    await page.setDark(options.dark);
    return page;
  }

  async load(url: string): Promise<void> {
    this.mainProcessNavigates = true;
    const { errorText } = await this.session.send('Page.navigate', { url: toBrowser(url) });
    if (errorText !== undefined) throw new Error(`${errorText} loading '${url}'`);
  }

  async reload(): Promise<void> {
    this.mainProcessNavigates = true;
    await this.session.send('Page.reload');
  }

  /** The command is never answered: the page that would is gone. */
  crash(): void {
    void this.unlessGone(this.session.send('Page.crash'));
  }

  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.session.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined)
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  setDark(dark: boolean): Promise<void> {
    const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }];
    return this.session.send('Emulation.setEmulatedMedia', { features });
  }

  /** To the preload, if it is there: a page that is just loading misses what is sent to it. */
  async tellPreload(encoded: string): Promise<void> {
    if (this.preloadContext === null) return;
    const told = this.session.send('Runtime.evaluate', {
      expression: `electronDoubleReceive(${JSON.stringify(encoded)})`,
      uniqueContextId: this.preloadContext,
    });
    const exceptionDetails = (await this.unlessGone(told))?.exceptionDetails;
    if (exceptionDetails !== undefined)
      throw new Error(`preload: ${exceptionDetails.exception?.description}`);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.unlessGone(this.connection.browser.send('Target.closeTarget', { targetId: this.targetId }));
  }

  /** A page that closes or loads anew takes its contexts and requests with it; answers to them are moot. */
  private async unlessGone(work: Promise<CdpParams>): Promise<CdpParams> {
    try {
      return await work;
    } catch (error) {
      if (
        this.closed ||
        /uniqueContextId not found|Invalid InterceptionId|Target crashed/.test(String(error))
      )
        return undefined;
      throw error;
    }
  }

  private listen(): void {
    const { session, events } = this;
    session.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === PRELOAD_WORLD && context.auxData.frameId === this.targetId) {
        this.preloadContext = context.uniqueId;
        this.preloadContexts.set(context.id, context.uniqueId);
      }
    });
    session.on('Runtime.executionContextsCleared', () => {
      this.preloadContext = null;
    });
    session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name !== BINDING) return;
      // Whoever asks is there, and waits for the answer: that the page before was cleared may be told after this one was made.
      this.preloadContext ??= this.preloadContexts.get(executionContextId) ?? null;
      events.message(codec.decode(payload));
    });
    session.on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId === undefined) events.navigated(fromBrowser(frame.url));
    });
    session.on('Page.loadEventFired', () => {
      this.mainProcessNavigates = false;
      events.loaded();
    });
    session.on('Inspector.targetCrashed', () => events.crashed());
    session.on('Fetch.requestPaused', (paused) => void this.unlessGone(this.answer(paused)));
  }

  private async answer(paused: CdpParams): Promise<void> {
    const { requestId, request, frameId, resourceType, redirectedRequestId } = paused;
    const isMainFrame = frameId === this.targetId;
    const isNavigation = resourceType === 'Document' && !(isMainFrame && this.mainProcessNavigates);
    const url = fromBrowser(request.url);
    if (isNavigation && !this.events.mayNavigate(url, isMainFrame, redirectedRequestId !== undefined)) {
      await this.session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
      return;
    }
    const response = await fulfil(request);
    if (response === null) await this.session.send('Fetch.continueRequest', { requestId });
    else await this.session.send('Fetch.fulfillRequest', { requestId, ...response });
  }
}
