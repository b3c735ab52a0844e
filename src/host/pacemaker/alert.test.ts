import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseEvents } from './events.ts';

const script = new URL('../../../resources/host/alert/minime-alert', import.meta.url).pathname;
let folder = '';
let log = '';
let copy = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minime-alert-'));
  log = join(folder, 'events.log');
  copy = join(folder, 'minime-alert');
  const text = await readFile(script, 'utf8');
  await writeFile(copy, text.replace('log=/var/lib/minime/events.log', `log=${log}`));
});
afterEach(() => rm(folder, { recursive: true }));

const alert = (env: Record<string, string>): Promise<unknown> =>
  promisify(execFile)('sh', [copy], { env: { PATH: process.env.PATH ?? '', ...env } });
const lost = {
  CRM_alert_kind: 'node',
  CRM_alert_node: 'n2',
  CRM_alert_desc: 'lost',
  CRM_alert_timestamp_epoch: '1700000000',
  CRM_alert_timestamp_usec: '12345',
};

it('notes what Pacemaker tells it, several at once', async () => {
  await writeFile(log, '');
  await Promise.all([alert(lost), alert({ ...lost, CRM_alert_node: 'n3' })]);
  await alert({ ...lost, CRM_alert_kind: 'fencing', CRM_alert_rc: '0', CRM_alert_desc: 'two\nlines' });
  const events = parseEvents(await readFile(log, 'utf8'));
  expect(events.map(({ node }) => node).sort()).toEqual(['n2', 'n2', 'n3']);
  expect(events.at(-1)).toEqual({ kind: 'fenced', node: 'n2', at: 1_700_000_000_012, detail: 'two lines' });
});

it('leaves alone what it is not for, and a log that is not there', async () => {
  await writeFile(log, '');
  await alert({ ...lost, CRM_alert_kind: 'resource' });
  expect(await readFile(log, 'utf8')).toBe('');
  await rm(log);
  await alert(lost);
  await expect(readFile(log)).rejects.toThrow('ENOENT');
});

it('keeps the newest when there are many', async () => {
  await writeFile(log, `1.0\tnode\tn1\t\tlost ${'x'.repeat(150)}\n`.repeat(2000));
  await alert(lost);
  const lines = (await readFile(log, 'utf8')).split('\n');
  expect(lines).toHaveLength(1001);
  expect(parseEvents(lines.join('\n'))).toEqual([{ kind: 'lost', node: 'n2', at: 1_700_000_000_012 }]);
});
