import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { StaticFile } from './staticFiles.ts';

/** Host and Origin a browser sends if, and only if, the page was opened at this server's own address. */
export interface OwnAddress {
  host: string;
  origin: string;
}

export function ownAddress(port: number): OwnAddress {
  return { host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` };
}

/** Headers of every answer. The page loads only from here, talks only to here, and cannot be framed. */
export function securityHeaders(address: OwnAddress): Record<string, string> {
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      `connect-src 'self' ws://${address.host}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  };
}

/** Serves the renderer. `address` is asked for at each request, since the port is known only after listening. */
export function createHttpHandler(
  files: ReadonlyMap<string, StaticFile>,
  address: () => OwnAddress,
): RequestListener {
  return (request, response) => {
    const own = address();
    for (const [name, value] of Object.entries(securityHeaders(own))) response.setHeader(name, value);
    // Another name for this address is another site's page trying to reach it (DNS rebinding).
    if (request.headers.host !== own.host) {
      end(request, response, 421, 'This is not the address Minime is served at.');
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      end(request, response, 405, 'Only GET is served.');
      return;
    }
    const file = files.get((request.url ?? '').split('?', 1)[0] ?? '');
    if (file === undefined) {
      end(request, response, 404, 'There is no such file.');
      return;
    }
    response.writeHead(200, { 'Content-Type': file.type, 'Content-Length': file.content.length });
    response.end(request.method === 'HEAD' ? undefined : file.content);
  };
}

function end(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(request.method === 'HEAD' ? undefined : `${text}\n`);
}
