/**
 * Chromium knows no scheme of the app's own, so `minime://app/x` is shown to it as `https://app.minime.invalid/x` and
 * translated back wherever the app looks. In the page itself, `location` is the translated one.
 */
const SUFFIX = '.invalid';

export type ProtocolHandler = (request: Request) => Response | Promise<Response>;

/** Schemes registered as standard and secure, and their handlers. */
export const schemes = {
  privileged: new Set<string>(),
  handlers: new Map<string, ProtocolHandler>(),
};

export function toBrowser(url: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1] ?? '';
  if (!schemes.privileged.has(scheme)) return url;
  return url.replace(/^[^:]+:\/\/([^/?#]+)/, `https://$1.${scheme}${SUFFIX}`);
}

export function fromBrowser(url: string): string {
  const [, host, scheme = '', rest = ''] =
    /^https:\/\/([^/?#]+)\.([a-z0-9+-]+)\.invalid(.*)$/.exec(url) ?? [];
  return schemes.privileged.has(scheme) ? `${scheme}://${host}${rest}` : url;
}

/** The handler's answer to a request of the page, in the protocol's form; null: the request goes to the network. */
export async function fulfil(request: { url: string; method: string; headers: Record<string, string> }) {
  const url = fromBrowser(request.url);
  const handler = url === request.url ? undefined : schemes.handlers.get(new URL(url).protocol.slice(0, -1));
  if (handler === undefined) return null;
  const response = await handler(new Request(url, { method: request.method, headers: request.headers }));
  return {
    responseCode: response.status,
    responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
    body: Buffer.from(await response.arrayBuffer()).toString('base64'),
  };
}
