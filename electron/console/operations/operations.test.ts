import pino from 'pino';
import { describe, expect, test } from 'vitest';
import type { ConsoleEvent } from '../../../src/contract/consoleApi.ts';
import { MinimeError } from '../../../src/contract/errors.ts';
import { createEventHub } from '../events.ts';
import { manualClock } from '../testing/manualClock.ts';
import { createOperations, type OperationRequest } from './operations.ts';
import { createOperationsLog, noOperations, type OperationsFile } from './operationsLog.ts';

const logger = pino({ level: 'silent' });

/** A file in memory. */
function operationsFile() {
  const written: OperationsFile[] = [];
  const file = {
    written,
    write: async (value: OperationsFile) => void written.push(structuredClone(value)),
  };
  return file;
}

function setUp(initial: OperationsFile = noOperations) {
  const clock = manualClock(100);
  const events = createEventHub(true);
  const seen: ConsoleEvent[] = [];
  events.onEvent((event) => seen.push(event));
  const file = operationsFile();
  const log = createOperationsLog(initial, { file, logger });
  const operations = createOperations({ events, clock, logger, log });
  const request = (run: OperationRequest['run'], changes: string[] = []): OperationRequest => ({
    kind: 'deploy',
    title: 'Deploy demo',
    clusterName: 'demo',
    changes,
    run,
  });
  const ended = async (id: string) => {
    while (operations.list().find((one) => one.id === id)?.endedAt === undefined) await Promise.resolve();
    return operations.list().find((one) => one.id === id);
  };
  return { file, clock, operations, seen, request, ended };
}

describe('an operation', () => {
  test('reports its steps with times, and its end', async () => {
    const { clock, operations, seen, request, ended } = setUp();
    const id = operations.start(
      request(async ({ step, finding }) => {
        step('a', { host: 'n1', title: 'Install packages', state: 'waiting' });
        step('b', { host: null, title: 'Start the cluster', state: 'waiting' });
        clock.set(200);
        step('a', { state: 'running' });
        step('a', { detail: 'corosync' });
        clock.set(300);
        step('a', { state: 'done' });
        finding({ id: 'x', severity: 'info', title: 'Found' });
        await Promise.resolve();
      }),
    );
    const operation = await ended(id);
    expect(operation).toMatchObject({
      state: 'done',
      startedAt: 100,
      endedAt: 300,
      clusterName: 'demo',
      findings: [{ id: 'x' }],
      steps: [
        {
          id: 'a',
          host: 'n1',
          title: 'Install packages',
          state: 'done',
          startedAt: 200,
          endedAt: 300,
          detail: 'corosync',
        },
        { id: 'b', host: null, state: 'waiting' },
      ],
    });
    expect(seen.filter((event) => event.name === 'operation.step')).toHaveLength(5);
    expect(seen.at(-1)).toMatchObject({ name: 'operation.changed', data: { state: 'done' } });
  });

  test('that fails keeps the reason', async () => {
    const { operations, request, ended } = setUp();
    const id = operations.start(
      request(() => Promise.reject(new MinimeError({ kind: 'storage', host: 'n1', message: 'Disk full.' }))),
    );
    expect(await ended(id)).toMatchObject({ state: 'failed', error: { kind: 'storage', host: 'n1' } });
  });

  test('that throws before its first wait fails like any other', async () => {
    const { operations, request, ended } = setUp();
    const id = operations.start(
      request(() => {
        throw new Error('defect');
      }),
    );
    expect(await ended(id)).toMatchObject({ state: 'failed', error: { kind: 'internal' } });
  });

  test('is cancelled through its signal', async () => {
    const { operations, request, seen, ended } = setUp();
    const id = operations.start(
      request(
        ({ signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () =>
              reject(new MinimeError({ kind: 'cancelled', message: 'Cancelled.' })),
            );
          }),
      ),
    );
    operations.cancel(id);
    operations.cancel(id);
    const operation = await ended(id);
    expect(operation?.state).toBe('cancelled');
    expect(operation?.error).toBeUndefined();
    const states = seen.flatMap((event) => (event.name === 'operation.changed' ? [event.data.state] : []));
    expect(states).toEqual(['running', 'cancelling', 'cancelled']);
  });

  test('that fails for another reason while being cancelled has failed', async () => {
    const { operations, request, ended } = setUp();
    const id = operations.start(
      request(
        ({ signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () =>
              reject(new MinimeError({ kind: 'storage', message: 'Disk full.' })),
            );
          }),
      ),
    );
    operations.cancel(id);
    expect((await ended(id))?.state).toBe('failed');
  });

  test('refuses a second one on the same host while it runs', async () => {
    const { operations, request, ended } = setUp();
    let finish: () => void = () => undefined;
    const running = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const id = operations.start(request(() => running, ['h1', 'h2']));
    expect(() => operations.start(request(() => running, ['h2']))).toThrow('still running');
    operations.start(request(() => running, ['h3']));
    expect(() => operations.dismiss(id)).toThrow('still running');
    finish();
    await ended(id);
    operations.start(request(() => running, ['h2']));
    operations.dismiss(id);
    expect(operations.list().some((one) => one.id === id)).toBe(false);
    expect(() => operations.cancel(id)).toThrow('not known');
  });

  test('stays on the list when finished, the last thirty', async () => {
    const { operations, request, seen, ended } = setUp();
    const ids: string[] = [];
    for (let count = 0; count < 33; count++) {
      const id = operations.start(request(() => Promise.resolve()));
      ids.push(id);
      await ended(id);
      await Promise.resolve();
    }
    expect(operations.list().map((one) => one.id)).toEqual(ids.slice(3));
    expect(seen.filter((event) => event.name === 'operation.removed')).toHaveLength(3);
  });

  test('is waited for when the core is closed', async () => {
    const { operations, request } = setUp();
    let cleanedUp = false;
    operations.start(
      request(async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await Promise.resolve();
        cleanedUp = true;
      }),
    );
    await operations.dispose();
    expect(cleanedUp).toBe(true);
  });

  test('that was under way when the console ended is shown again, as interrupted, by the next one', async () => {
    const first = setUp();
    const id = first.operations.start(
      first.request(async ({ step }) => {
        step('a', { host: 'n1', title: 'Install packages', state: 'done' });
        first.clock.set(250);
        step('b', { host: 'n1', title: 'Start the engine', state: 'running' });
        await new Promise(() => undefined);
      }),
    );
    await new Promise((resolve) => setImmediate(resolve));
    // The first console dies here: nothing of it runs any more.
    const second = setUp(first.file.written.at(-1));
    expect(second.operations.list()).toMatchObject([
      {
        id,
        title: 'Deploy demo',
        state: 'failed',
        startedAt: 100,
        endedAt: 250,
        steps: [{ state: 'done' }, { state: 'cancelled' }],
        error: { message: 'Minime ended while this was under way.' },
      },
    ]);
    // It stands in nobody's way, and can be taken off the list.
    second.operations.start(second.request(async () => undefined, ['n1']));
    second.operations.dismiss(id);
    await second.operations.dispose();
    expect(second.file.written.at(-1)?.operations.map((each) => each.id)).not.toContain(id);
  });

  test('goes on when it cannot be written down', async () => {
    const { operations, file, request, ended } = setUp();
    file.write = () => Promise.reject(new Error('no space left on device'));
    const id = operations.start(request(async ({ step }) => step('a', { state: 'done' })));
    expect(await ended(id)).toMatchObject({ state: 'done' });
  });
});
