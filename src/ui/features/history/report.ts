import { type FailoverRecord, type FailoverVm, summaryOf } from '../../../contract/failover.ts';
import { refusalText, staysDownText } from '../../../contract/planText.ts';
import { formatDuration } from '../../components/format.ts';
import { type ExportFile, fileName } from './exports.ts';
import { countsText, kindMeaning, titleOf } from './failoverWords.ts';
import { attemptWord, outcomeWord, recordVms } from './recordVms.ts';
import { stepsOf, totalMs } from './steps.ts';

export function reportFile(record: FailoverRecord, clusterName: string): ExportFile {
  return { name: fileName(record, 'md'), type: 'text/markdown', text: reportText(record, clusterName) };
}

/** The whole record as Markdown, for a ticket or a mail. Times are UTC. */
export function reportText(record: FailoverRecord, clusterName: string): string {
  const total = totalMs(record);
  return [
    `# ${titleOf(record)}`,
    '',
    `${kindMeaning[record.kind]} Cluster ${clusterName}, record ${record.id}.`,
    '',
    `- Result: ${countsText(summaryOf(record).counts)}${total === null ? '; it has not ended' : `, after ${formatDuration(total)}`}.`,
    `- Carried out by: ${record.owners.map(({ host, from }) => `${host} (from ${clock(from)})`).join(', then ')}.`,
    ...Object.entries(record.fencing).map(([host, how]) => `- ${host}: ${how}.`),
    '',
    '## Timeline (UTC)',
    '',
    '| step | at | after |',
    '|---|---|---|',
    ...stepsOf(record).map(
      ({ name, at, tookMs, gap }) =>
        `| ${name} | ${at === null ? (gap ?? '') : clock(at)} | ${tookMs === null ? (at === null ? '' : (gap ?? '')) : `+ ${formatDuration(tookMs)}`} |`,
    ),
    '',
    '## Virtual machines',
    '',
    '| VM | tier | planned | runs on | outcome | after | tries |',
    '|---|---|---|---|---|---|---|',
    ...recordVms(record, record.times.begun).map(
      ({ vm, afterMs }) =>
        `| ${escape(vm.name)} | ${escape(vm.tierName)} | ${vm.planned?.host ?? '–'} | ${vm.host ?? '–'} | ${outcomeWord[vm.outcome]} | ${afterMs === null ? '–' : formatDuration(afterMs)} | ${vm.attempts.length} |`,
    ),
    ...reasonLines(record),
    ...findingLines(record),
    '',
  ].join('\n');
}

function reasonLines(record: FailoverRecord): string[] {
  const told = record.vms.flatMap((vm) => {
    const lines = [
      ...attemptLines(vm),
      ...vm.reasons.map((reason) => `- ${reason}`),
      ...planLines(record, vm),
    ];
    return lines.length === 0 ? [] : ['', `### ${escape(vm.name)}`, '', ...lines];
  });
  return told.length === 0 ? [] : ['', '## Why', ...told];
}

/** A start that went well at the first try tells nothing. */
function attemptLines({ attempts }: FailoverVm): string[] {
  const [only] = attempts;
  if (attempts.length === 1 && only?.outcome === 'running') return [];
  return attempts.map(
    ({ host, startedAt, outcome, reason }) =>
      `- ${clock(startedAt)} on ${host}: ${outcome === undefined ? 'not recorded' : attemptWord[outcome]}${reason === undefined ? '' : ` (${reason})`}`,
  );
}

function planLines({ plan }: FailoverRecord, { uuid }: FailoverVm): string[] {
  const planned = plan?.vms.find((vm) => vm.uuid === uuid);
  if (planned === undefined) return [];
  return [
    ...(planned.outcome === 'stays-down' ? [`- ${staysDownText(planned)}`] : []),
    ...planned.refused.map((refusal) => `- ${refusalText(refusal)}`),
  ];
}

function findingLines({ findings }: FailoverRecord): string[] {
  if (findings.length === 0) return [];
  return [
    '',
    '## What was out of order',
    '',
    ...findings.map(
      ({ severity, host, title, cause, remedy }) =>
        `- ${severity}: ${[host === undefined || title.includes(host) ? title : `${host}: ${title}`, cause, remedy].filter((part) => part !== undefined).join(' ')}`,
    ),
  ];
}

const clock = (at: number): string =>
  new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/(\.\d)\d*Z$/, '$1');

/** Names are free text: one must not end a cell of a table. */
const escape = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
