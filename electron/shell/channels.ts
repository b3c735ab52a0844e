/** The two IPC channels between preload and main: calls that are answered, and pushed events. */
export const CALL_CHANNEL = 'minime:call';
export const EVENT_CHANNEL = 'minime:event';
