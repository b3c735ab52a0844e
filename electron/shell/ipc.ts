import type { IpcMain, WebFrameMain } from 'electron';
import type { CallResult } from '../../src/contract/consoleApi.ts';
import { CALL_CHANNEL } from './channels.ts';
import type { OwnPage } from './ownPage.ts';

/** The core as the shell uses it; name and input are checked there against the contract. */
type Call = (name: string, input: unknown) => Promise<CallResult<unknown>>;

const refused: CallResult<never> = {
  ok: false,
  error: { kind: 'not-permitted', message: 'This page is not allowed to call Minime.' },
};

const nameless: CallResult<never> = {
  ok: false,
  error: { kind: 'invalid-input', message: 'A call needs a name.' },
};

/** Answers the calls of our own page's top frame. Anyone else is refused before the core sees the call. */
export function serveCalls(ipcMain: IpcMain, page: OwnPage, call: Call): void {
  ipcMain.handle(CALL_CHANNEL, async (event, name: unknown, input: unknown) => {
    if (!isOwnTopFrame(event.senderFrame, page)) return refused;
    if (typeof name !== 'string') return nameless;
    return await call(name, input);
  });
}

/** null: the frame is gone since it sent. */
function isOwnTopFrame(frame: WebFrameMain | null, page: OwnPage): boolean {
  return frame !== null && frame.parent === null && page.owns(frame.url);
}
