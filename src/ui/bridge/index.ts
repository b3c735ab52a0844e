import type { ConsoleBridge } from '../../contract/consoleApi.ts';
import { connectWebBridge, type WebPage } from './webBridge.ts';

export { followConsole } from './follow.ts';

declare global {
  interface Window {
    /** Put there by Electron's preload; absent in the web shell. */
    minime?: ConsoleBridge;
  }
}

/**
 * The way to the console core: Electron's preload where there is one, else the web shell's WebSocket. Rejects with a
 * MinimeError whose text can be shown if the web shell refuses this page.
 */
export async function connectBridge(): Promise<ConsoleBridge> {
  return window.minime ?? (await connectWebBridge(thisPage()));
}

const thisPage = (): WebPage => ({
  location: window.location,
  history: window.history,
  sessionStorage: window.sessionStorage,
  openSocket: (url) => new WebSocket(url),
});
