import type { CdpParams } from './cdp.ts';
import { strict } from './strict.ts';
import type { WebContents } from './webContents.ts';

type Handler = (event: object, ...args: unknown[]) => unknown;

const handlers = new Map<string, Handler>();

export const ipcMain = strict('ipcMain', {
  handle(channel: string, handler: Handler): void {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    handlers.set(channel, handler);
  },
  removeHandler: (channel: string) => void handlers.delete(channel),
});

/** Answers `ipcRenderer.invoke` as Electron does, its error texts included. */
export async function answerInvoke(contents: WebContents, message: CdpParams): Promise<void> {
  const { id, channel, args } = message;
  // As Electron gives it: the frame that sent, not the one that may be there when the answer is ready.
  const event = { sender: contents, senderFrame: contents.mainFrame, frameId: 1, processId: contents.id };
  try {
    const handler = handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    contents.reply({ type: 'reply', id, ok: true, value: await handler(event, ...args) });
  } catch (error) {
    contents.reply({
      type: 'reply',
      id,
      ok: false,
      value: `Error invoking remote method '${channel}': ${String(error)}`,
    });
  }
}
