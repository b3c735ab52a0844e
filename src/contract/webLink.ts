import { z } from 'zod';
import { errorInfoSchema } from './errors.ts';

/** Messages between the web shell and its page over one WebSocket, each a JSON text. */

/** WebSocket path of the web shell. */
export const WEB_LINK_PATH = '/link';

/** Largest message taken from the page, in bytes. A deployment spec of 32 hosts is about 20 KiB. */
export const WEB_LINK_MAX_MESSAGE = 1024 * 1024;

export const webClientMessageSchema = z.discriminatedUnion('type', [
  /** First message: the one-use key from the URL, or after a reload the session key it was exchanged for. */
  z.object({ type: z.literal('auth'), key: z.string() }),
  z.object({ type: z.literal('auth-session'), session: z.string() }),
  z.object({ type: z.literal('call'), id: z.number().int(), name: z.string(), input: z.unknown() }),
]);

/** What the page accepts. Results and events were checked by the core and are passed on as they are. */
export const webServerMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('welcome'), session: z.string() }),
  z.object({ type: z.literal('denied'), error: errorInfoSchema }),
  z.object({ type: z.literal('result'), id: z.number().int(), result: z.unknown() }),
  z.object({ type: z.literal('event'), event: z.unknown() }),
]);

export type WebClientMessage = z.infer<typeof webClientMessageSchema>;
export type WebServerMessage = z.infer<typeof webServerMessageSchema>;
