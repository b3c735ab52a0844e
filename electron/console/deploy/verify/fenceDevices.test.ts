import { expect, test } from 'vitest';
import { judgeFenceDevices } from './fenceDevices.ts';

const device = (name: string, answers: boolean, reason?: string) => ({
  name,
  answers,
  ...(reason === undefined ? {} : { reason }),
});

test('a fence device works if one host that may use it says so', () => {
  const first = {
    devices: [device('fence-n1', false, 'No such device'), device('fence-n2', true)],
    watchdog: false,
  };
  const second = { devices: [device('fence-n1', true), device('fence-n2', false)], watchdog: false };
  expect(
    judgeFenceDevices([first, second], []).map(({ id, severity, subject }) => [id, severity, subject]),
  ).toEqual([
    ['fence-device', 'ok', 'fence-n1'],
    ['fence-device', 'ok', 'fence-n2'],
  ]);
  expect(judgeFenceDevices([first], [])).toMatchObject([
    { severity: 'error', subject: 'fence-n1', cause: 'No such device' },
    { severity: 'ok', subject: 'fence-n2' },
  ]);
});

test('without a device it is the watchdog, or nothing', () => {
  expect(judgeFenceDevices([{ devices: [], watchdog: true }], [])).toMatchObject([
    { id: 'fence-watchdog', severity: 'ok' },
  ]);
  expect(judgeFenceDevices([{ devices: [], watchdog: false }], [])).toMatchObject([
    { id: 'no-fencing', severity: 'error' },
  ]);
});

test('a host that could not be asked is named wherever not all is in order', () => {
  const refusal = { kind: 'timeout', host: 'n2', message: 'vmcl gave no answer.' } as const;
  const asked = { devices: [device('fence-n1', false, 'No such device.')], watchdog: false };
  expect(judgeFenceDevices([asked], [refusal])[0]?.cause).toBe(
    'No such device. n2 could not be asked: vmcl gave no answer.',
  );
  expect(judgeFenceDevices([], [refusal])).toMatchObject([
    { id: 'no-fencing', cause: 'n2 could not be asked: vmcl gave no answer.' },
  ]);
  expect(judgeFenceDevices([], [])[0]?.cause).toBe('No host can be asked.');
});
