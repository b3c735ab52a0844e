import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import type { ConsoleBridge, ConsoleEvent } from '../src/contract/consoleApi.ts';
import { CALL_CHANNEL, EVENT_CHANNEL } from './shell/channels.ts';

/** All that the page can reach: no channel name of its choosing and no Electron object crosses over. */
const bridge: ConsoleBridge = {
  call: (name, input) => ipcRenderer.invoke(CALL_CHANNEL, name, input),
  onEvent: (listener) => {
    const forward = (_event: IpcRendererEvent, event: ConsoleEvent) => listener(event);
    ipcRenderer.on(EVENT_CHANNEL, forward);
    return () => {
      ipcRenderer.removeListener(EVENT_CHANNEL, forward);
    };
  },
  // Core and window live and end together: the link never breaks, so there is never a change to tell.
  onLink: () => () => undefined,
};

contextBridge.exposeInMainWorld('minime', bridge);
