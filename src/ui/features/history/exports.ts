import type { FailoverRecord } from '../../../contract/failover.ts';
import { recordVms } from './recordVms.ts';

export interface ExportFile {
  name: string;
  type: string;
  text: string;
}

/** "takeover-kvm3-2026-11-22T03-00-12Z.json": sorts by time, and no system refuses it as a file name. */
export function fileName({ kind, failed, times }: FailoverRecord, ending: string): string {
  const at = new Date(times.begun)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  const hosts = failed.join('-').replaceAll(/[^A-Za-z0-9.-]+/g, '_');
  return `${kind}-${hosts}-${at}.${ending}`;
}

export function jsonFile(record: FailoverRecord): ExportFile {
  return {
    name: fileName(record, 'json'),
    type: 'application/json',
    text: `${JSON.stringify(record, null, 2)}\n`,
  };
}

const columns = [
  'position',
  'vm',
  'uuid',
  'home',
  'tier',
  'planned',
  'host',
  'outcome',
  'seconds',
  'attempts',
  'reasons',
];

/** One line per VM, as RFC 4180 has it. */
export function csvFile(record: FailoverRecord): ExportFile {
  const lines = recordVms(record, record.times.begun).map(({ vm, afterMs }) => [
    String(vm.planned?.position ?? ''),
    vm.name,
    vm.uuid,
    vm.home,
    vm.tierName,
    vm.planned?.host ?? '',
    vm.host ?? '',
    vm.outcome,
    afterMs === null ? '' : (afterMs / 1000).toFixed(1),
    String(vm.attempts.length),
    vm.reasons.join(' '),
  ]);
  const text = [columns, ...lines].map((line) => line.map(cell).join(',')).join('\r\n');
  return { name: fileName(record, 'csv'), type: 'text/csv', text: `${text}\r\n` };
}

/** A name that begins like a formula must not become one in a spreadsheet. */
function cell(value: string): string {
  const plain = /^[=+\-@\t\r]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : value;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
