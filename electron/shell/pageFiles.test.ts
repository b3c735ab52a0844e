import { expect, test } from 'vitest';
import { servePageFiles } from './pageFiles.ts';

const index = { content: Buffer.from('<!doctype html>'), type: 'text/html; charset=utf-8' };
const script = { content: Buffer.from('1'), type: 'text/javascript; charset=utf-8' };
const serve = servePageFiles(
  new Map([
    ['/', index],
    ['/assets/index.js', script],
  ]),
);

test('a file of the renderer comes with its type and the policy', async () => {
  const response = serve(new Request('minime://app/'));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(index.type);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await response.text()).toBe('<!doctype html>');
  expect(await serve(new Request('minime://app/assets/index.js?v=1')).text()).toBe('1');
});

test('the policy allows nothing inline and nothing from elsewhere', () => {
  const policy = serve(new Request('minime://app/')).headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
});

test.for([
  'minime://app/../main/main.js',
  'minime://app/%2e%2e/main/main.js',
  'minime://app/%2e%2e%2fmain/main.js',
  'minime://app/assets\\index.js',
  'minime://app//etc/passwd',
  'minime://app/constructor',
  'minime://other/',
])('%s is not there', (url) => {
  const response = serve(new Request(url));
  expect(response.status).toBe(404);
  expect(response.headers.get('content-security-policy')).not.toBeNull();
});

test('only GET is answered', () => {
  expect(serve(new Request('minime://app/', { method: 'POST' })).status).toBe(405);
});
