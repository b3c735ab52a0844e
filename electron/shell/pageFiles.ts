import type { StaticFile } from '../web/staticFiles.ts';
import { PAGE_HOST } from './ownPage.ts';

/**
 * Nothing from elsewhere, nothing inline, nothing evaluated, and no connection at all: the page's only way out is the
 * preload. PatternFly's style sheets hold small data: images.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Answers the page's requests from the built renderer; a request is looked up, never resolved as a path. */
export function servePageFiles(files: ReadonlyMap<string, StaticFile>): (request: Request) => Response {
  return (request) => {
    if (request.method !== 'GET') return refuse(405);
    const { host, pathname } = new URL(request.url);
    const file = host === PAGE_HOST ? files.get(pathname) : undefined;
    if (file === undefined) return refuse(404);
    return new Response(new Uint8Array(file.content), {
      headers: { ...securityHeaders, 'content-type': file.type },
    });
  };
}

const refuse = (status: number) => new Response(null, { status, headers: securityHeaders });
