import { describe, expect, test, vi } from 'vitest';
import { ResponseError } from 'vscode-jsonrpc';
import { HOST_PROTOCOL } from '../../../src/contract/hostProtocol.ts';
import { scriptedVmcl } from '../testing/scriptedVmcl.ts';
import { createVmclClient, type VmclClientEvents } from './vmclClient.ts';

const hello = { protocol: HOST_PROTOCOL, consoleVersion: '0' };

function setUp() {
  const vmcl = scriptedVmcl();
  const events = {
    onHeard: vi.fn<VmclClientEvents['onHeard']>(),
    onSection: vi.fn<VmclClientEvents['onSection']>(),
    onBroken: vi.fn<VmclClientEvents['onBroken']>(),
  };
  const client = createVmclClient(vmcl.remote.stream, 'n1', events);
  return { vmcl, events, client };
}

describe('the client of vmcl', () => {
  test('calls and gets the checked answer', async () => {
    const { client, events } = setUp();
    expect(await client.call('hello', hello)).toEqual({
      protocol: HOST_PROTOCOL,
      version: '1.2.3',
      host: 'n1',
    });
    expect(events.onHeard).toHaveBeenCalled();
  });

  test('refuses an answer that does not fit the protocol', async () => {
    const { vmcl, client } = setUp();
    vmcl.connection.onRequest('sync', () => ({ at: 'now' }));
    await expect(client.call('sync', {})).rejects.toMatchObject({
      info: { kind: 'protocol-mismatch', host: 'n1' },
    });
  });

  test("passes on the host's own error, and makes any other a tool's failure", async () => {
    const { vmcl, client } = setUp();
    vmcl.connection.onRequest(
      'sync',
      () => new ResponseError(1, 'full', { kind: 'storage', message: 'Disk full.' }),
    );
    vmcl.connection.onRequest('manifest.verify', () => new ResponseError(1, 'boom'));
    await expect(client.call('sync', {})).rejects.toMatchObject({
      info: { kind: 'storage', message: 'Disk full.', host: 'n1' },
    });
    await expect(client.call('manifest.verify', {})).rejects.toMatchObject({
      info: { kind: 'tool-failed', cause: 'boom' },
    });
  });

  test('reports progress of the call it belongs to', async () => {
    const { vmcl, client } = setUp();
    vmcl.connection.onRequest('sync', async ({ progressToken }: { progressToken: number }) => {
      await vmcl.connection.sendNotification('$/progress', {
        token: progressToken,
        value: { message: 'half' },
      });
      await vmcl.connection.sendNotification('$/progress', { token: progressToken, value: 'nonsense' });
      return { at: 1, written: 0, unchanged: 0, removed: 0, problems: [] };
    });
    const onProgress = vi.fn<(message: string) => void>();
    await client.call('sync', {}, { onProgress });
    expect(onProgress.mock.calls).toEqual([['half']]);
  });

  test('cancels at the host too', async () => {
    const { vmcl, client } = setUp();
    const abort = new AbortController();
    const atHost = vi.fn<() => void>();
    vmcl.connection.onRequest('sync', (_params, token) => {
      token.onCancellationRequested(atHost);
      abort.abort();
      return new Promise(() => undefined);
    });
    await expect(client.call('sync', {}, { signal: abort.signal })).rejects.toMatchObject({
      info: { kind: 'cancelled' },
    });
    await vi.waitFor(() => expect(atHost).toHaveBeenCalled());
  });

  test('gives a call up after its time', async () => {
    const { vmcl, client } = setUp();
    vmcl.hang();
    await expect(client.call('hello', hello, { timeoutMs: 5 })).rejects.toMatchObject({
      info: { kind: 'timeout' },
    });
  });

  test('ends calls and says so once when the stream ends', async () => {
    const { vmcl, client, events } = setUp();
    vmcl.hang();
    const call = client.call('hello', hello);
    vmcl.end(1);
    await expect(call).rejects.toMatchObject({ info: { kind: 'unreachable' } });
    expect(events.onBroken).toHaveBeenCalledTimes(1);
    await expect(client.call('hello', hello)).rejects.toMatchObject({ info: { kind: 'unreachable' } });
  });

  test('does not report an end it was asked for', async () => {
    const { client, events } = setUp();
    client.dispose();
    await expect(client.call('hello', hello)).rejects.toMatchObject({ info: { kind: 'unreachable' } });
    expect(events.onBroken).not.toHaveBeenCalled();
  });

  test.each([
    ['no header', 'nonsense without colon\r\n\r\n'],
    ['a length that is none', 'Content-Length: many\r\n\r\n'],
    ['a body that is not JSON', 'Content-Length: 3\r\n\r\n{{{'],
    ['a negative length', 'Content-Length: -5\r\n\r\nxxxxxxx'],
  ])('breaks off at %s', async (_, bytes) => {
    const { vmcl, events } = setUp();
    vmcl.write(bytes);
    await vi.waitFor(() => expect(events.onBroken).toHaveBeenCalledTimes(1));
    expect(events.onBroken.mock.calls[0]?.[0]).toMatchObject({ info: { kind: 'protocol-mismatch' } });
  });

  test('does not gather a message without end in memory', async () => {
    const { vmcl, events } = setUp();
    vmcl.write('Content-Length: 99999999999\r\n\r\n');
    const megabyte = 'x'.repeat(1024 * 1024);
    for (let count = 0; count < 33; count++) vmcl.write(megabyte);
    await vi.waitFor(() => expect(events.onBroken).toHaveBeenCalledTimes(1));
  });

  test('hands over pushed sections and breaks off at a notice that is none', async () => {
    const { vmcl, events } = setUp();
    await vmcl.connection.sendNotification('section', { section: 'load', at: 1, data: { any: 'thing' } });
    await vi.waitFor(() => expect(events.onSection).toHaveBeenCalledTimes(1));
    await vmcl.connection.sendNotification('section', { section: 'other', at: 1, data: {} });
    await vi.waitFor(() => expect(events.onBroken).toHaveBeenCalledTimes(1));
  });
});
