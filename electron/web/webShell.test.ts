import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { WEB_LINK_MAX_MESSAGE } from '../../src/contract/webLink.ts';
import { KEY_LIFETIME } from './keys.ts';
import { get, keyOf, openSocket, raw, testShell } from './testShell.ts';

const event = { sequence: 1, name: 'host.removed', data: { hostId: 'h1' } } as const;

async function loggedIn() {
  const shell = await testShell();
  const page = await openSocket(shell.port);
  page.send({ type: 'auth', key: keyOf(shell.newAddress()) });
  const welcome = await page.next();
  if (welcome.type !== 'welcome') throw new Error('not let in');
  return { shell, page, session: welcome.session };
}

describe('what the web shell serves', () => {
  test('is the page and its files, with all protective headers', async () => {
    const { port } = await testShell();
    for (const path of ['/', '/index.html', '/assets/app.js', '/?x=1', '/missing']) {
      const { status, headers } = await get(port, path);
      expect(status).toBe(path === '/missing' ? 404 : 200);
      const policy = String(headers['content-security-policy']).split('; ');
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("style-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy.join()).not.toMatch(/unsafe|\*/);
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
    }
    expect((await get(port, '/assets/app.js')).headers['content-type']).toContain('text/javascript');
  });

  test.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/%2e%2e/secret.js',
    '/..%2fsecret.js',
    '/assets/..\\..\\secret.js',
    '//etc/passwd',
    '/assets/app.js.map',
    '/assets',
    '/assets/',
    '/index.html%00.js',
  ])('is nothing at %s', async (path) => {
    const { port } = await testShell();
    const answer = await get(port, path);
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('outside');
  });

  test.each([
    'localhost:PORT',
    'evil.example',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.0.0.1:PORT.evil.example',
    '[::1]:PORT',
  ])('is refused under the host name %s', async (name) => {
    const { port } = await testShell();
    const answer = await get(port, '/', { host: name.replace('PORT', String(port)) });
    expect(answer.status).toBe(421);
    expect(answer.body).not.toContain('<!doctype html>');
  });

  test('is refused without any host name', async () => {
    const { port } = await testShell();
    expect(await raw(port, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 (421|400)/);
  });

  test('takes no other method', async () => {
    const { port } = await testShell();
    expect((await get(port, '/', { method: 'POST' })).status).toBe(405);
    expect((await get(port, '/', { method: 'HEAD' })).body).toBe('');
  });

  test('cannot be reached from another machine', async () => {
    const { port } = await testShell();
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter((address) => address.family === 'IPv4' && !address.internal)
      .map((address) => address.address);
    for (const address of ['[::1]', '127.0.0.2', ...others]) {
      await expect(fetch(`http://${address}:${port}/`)).rejects.toThrow('fetch failed');
    }
  });

  test('says clearly that a port is taken', async () => {
    const { port } = await testShell();
    await expect(testShell({ port })).rejects.toMatchObject({
      info: { kind: 'conflict', message: `Port ${port} is taken by another program.` },
    });
  });
});

describe('the link of the web shell', () => {
  test.each([
    ['a foreign origin', { origin: 'http://evil.example' }, '403'],
    ['no origin', { origin: null }, '403'],
    ['the origin of a file', { origin: 'null' }, '403'],
    ['the origin of another port', { origin: 'http://127.0.0.1:1' }, '403'],
    ['its name instead of its address', { host: 'localhost:80' }, '421'],
    ['another path', { path: '/other' }, '404'],
  ])('is refused to %s', async (_, options, status) => {
    const { port } = await testShell();
    await expect(openSocket(port, options)).rejects.toThrow(status);
  });

  test('carries calls and events once the key was exchanged', async () => {
    const { shell, page } = await loggedIn();
    shell.answer = (name) => Promise.resolve({ ok: true, value: { name } });
    page.send({ type: 'call', id: 7, name: 'hosts.connect', input: { hostId: 'h1' } });
    expect(await page.next()).toEqual({
      type: 'result',
      id: 7,
      result: { ok: true, value: { name: 'hosts.connect' } },
    });
    expect(shell.calls).toEqual([{ name: 'hosts.connect', input: { hostId: 'h1' } }]);
    shell.emit(event);
    expect(await page.next()).toEqual({ type: 'event', event });
  });

  test('lets a reloaded page in with its session key', async () => {
    const { shell, session } = await loggedIn();
    const again = await openSocket(shell.port);
    again.send({ type: 'auth-session', session });
    expect(await again.next()).toEqual({ type: 'welcome', session });
  });

  test('takes a key once', async () => {
    const shell = await testShell();
    const key = keyOf(shell.newAddress());
    const first = await openSocket(shell.port);
    first.send({ type: 'auth', key });
    expect((await first.next()).type).toBe('welcome');
    const second = await openSocket(shell.port);
    second.send({ type: 'auth', key });
    expect(await second.next()).toMatchObject({ type: 'denied', error: { kind: 'not-permitted' } });
    expect((await second.closed).code).toBe(1008);
  });

  test('takes no key that has expired', async () => {
    const shell = await testShell();
    const key = keyOf(shell.newAddress());
    shell.now = KEY_LIFETIME;
    const page = await openSocket(shell.port);
    page.send({ type: 'auth', key });
    expect((await page.next()).type).toBe('denied');
  });

  test.each([
    ['a made-up key', { type: 'auth', key: 'x'.repeat(43) }],
    ['a made-up session', { type: 'auth-session', session: '' }],
    ['a call before authentication', { type: 'call', id: 1, name: 'snapshot', input: {} }],
  ])('ends at %s without asking the core', async (_, message) => {
    const shell = await testShell();
    const page = await openSocket(shell.port);
    page.send(message);
    expect((await page.next()).type).toBe('denied');
    await page.closed;
    shell.emit(event);
    expect(shell.calls).toEqual([]);
  });

  test.each([
    ['text that is no JSON', 'hello'],
    ['an unknown message', { type: 'eval', code: '1' }],
    ['a message without name', { type: 'call', id: 1 }],
    ['a second authentication', { type: 'auth', key: 'x' }],
  ])('ends at %s even from a page that was let in', async (_, message) => {
    const { shell, page } = await loggedIn();
    page.send(message);
    expect((await page.closed).code).toBe(1008);
    expect(shell.calls).toEqual([]);
  });

  test('ends at a message that is too large', async () => {
    const { shell, page } = await loggedIn();
    page.send({ type: 'call', id: 1, name: 'snapshot', input: 'x'.repeat(WEB_LINK_MAX_MESSAGE) });
    expect((await page.closed).code).toBe(1009);
    expect(shell.calls).toEqual([]);
  });

  test('ends when a page does not authenticate in time', async () => {
    const shell = await testShell({ authenticationMs: 20 });
    const page = await openSocket(shell.port);
    expect(await page.closed).toEqual({ code: 1008, reason: 'not authenticated in time' });
  });

  test('shows no event to a page that has not been let in', async () => {
    const shell = await testShell();
    const page = await openSocket(shell.port);
    shell.emit(event);
    page.send({ type: 'auth', key: keyOf(shell.newAddress()) });
    expect((await page.next()).type).toBe('welcome');
  });

  test('does not take any number of strangers', async () => {
    const shell = await testShell();
    for (let count = 0; count < 16; count++) await openSocket(shell.port);
    await expect(openSocket(shell.port)).rejects.toThrow('503');
  });
});

test('an address holds its key in the fragment only', async () => {
  const shell = await testShell();
  const address = new URL(shell.newAddress());
  expect(address.origin).toBe(`http://127.0.0.1:${shell.port}`);
  expect(address.pathname + address.search).toBe('/');
  expect(address.hash).toMatch(/^#key=[\w-]{43}$/);
});
