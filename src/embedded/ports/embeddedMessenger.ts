import type { Messenger } from '../../host/ports/messenger.ts';

/** Nobody is reached from an embedded host: what it would send is told as something that happened. */
export const embeddedMessenger = (tell: (text: string) => void): Messenger => ({
  mail: async ({ to, subject }) => tell(`e-mail to ${to.join(', ')}: ${subject}`),
  post: async (url, { kind }) => tell(`webhook at ${new URL(url).origin}: ${kind}`),
});
