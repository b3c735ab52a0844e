import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toErrorInfo } from '../../contract/errors.ts';
import type { WebhookBody } from '../../contract/notifications.ts';
import type { Runner, RunOptions } from '../ports/runner.ts';
import { linuxMessenger } from './linuxMessenger.ts';

const ran: { argv: readonly string[]; input: string | undefined }[] = [];
const runner = {
  must: async (argv: readonly string[], options?: RunOptions) => {
    ran.push({ argv, input: options?.input });
    return '';
  },
} as Partial<Runner> as Runner;
const messenger = linuxMessenger(runner);

const body: WebhookBody = {
  format: 1,
  text: 'n1 failed',
  kind: 'failover-begun',
  cluster: { id: 'c1', name: 'lab' },
  host: 'n2',
  at: 1,
};

let server: Server;
let base: string;
const got: { path: string | undefined; type: string | undefined; body: unknown }[] = [];
beforeEach(async () => {
  got.length = 0;
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      got.push({ path: request.url, type: request.headers['content-type'], body: JSON.parse(text) });
      if (request.url === '/moved') response.writeHead(302, { location: '/taken' }).end();
      else response.writeHead(request.url === '/taken' ? 204 : 404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

describe('a webhook', () => {
  it('gets JSON', async () => {
    await messenger.post(`${base}/taken`, body);
    expect(got).toEqual([{ path: '/taken', type: 'application/json', body }]);
  });

  it.each([
    ['refuses', '/secret-token', /404/],
    // Where it leads to is not where the admin had it sent.
    ['leads elsewhere', '/moved', /302/],
  ])('that %s is told of without its address', async (_case, path, message) => {
    const error = toErrorInfo(
      await messenger.post(`${base}${path}`, body).catch((thrown: unknown) => thrown),
    );
    expect(error.message).toMatch(message);
    expect(JSON.stringify(error)).not.toContain(path);
    expect(got).toHaveLength(1);
  });

  it('that is not there cannot be reached', async () => {
    await new Promise((resolve) => server.close(resolve));
    await expect(messenger.post(`${base}/secret-token`, body)).rejects.toMatchObject({
      info: { kind: 'unreachable', cause: 'ECONNREFUSED' },
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
  });
});

describe('an e-mail', () => {
  it('is handed to sendmail, with addresses that cannot be taken for options', async () => {
    const subject = '[lab] größer';
    await messenger.mail({ to: ['a@b.net', 'c@d.net'], from: 'm@b.net', subject, text: 'Hello\n' });
    expect(ran[0]?.argv).toEqual(['sendmail', '-i', '-f', 'm@b.net', '--', 'a@b.net', 'c@d.net']);
    expect(ran[0]?.input?.split('\n')).toEqual([
      'From: m@b.net',
      'To: a@b.net, c@d.net',
      `Subject: =?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      'Auto-Submitted: auto-generated',
      '',
      'Hello',
      '',
    ]);
  });
});
