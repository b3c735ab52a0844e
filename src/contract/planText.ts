import type { PlannedStart, PlannedStaysDown, Refusal, RefusalReason } from './plan.ts';

/** The planner's reasons in words, the same on the screen, in records and in mails. */

const memoryUnits = [
  { name: 'GiB', bytes: 1024 ** 3, digits: 1 },
  { name: 'MiB', bytes: 1024 ** 2, digits: 0 },
  { name: 'KiB', bytes: 1024, digits: 0 },
] as const;

type MemoryUnit = (typeof memoryUnits)[number];

function inUnit(
  bytes: number,
  { name, bytes: size, digits }: MemoryUnit,
  round: (value: number) => number,
): string {
  const scale = 10 ** digits;
  return `${round((bytes / size) * scale) / scale} ${name}`;
}

/** In the largest unit that does not make it nothing. */
function sizeText(bytes: number, round: (value: number) => number): string {
  const unit = memoryUnits.find((one) => bytes >= one.bytes / 10 ** one.digits) ?? memoryUnits[0];
  return inUnit(bytes, unit, round);
}

/**
 * Free memory rounded down, and a threshold it is below, in the largest unit in which they differ, so that no refusal
 * reads like "2 GiB is less than 2 GiB".
 */
function belowThreshold(free: number, threshold: number): string {
  const unit = memoryUnits.find(
    (one) => inUnit(free, one, Math.floor) !== inUnit(threshold, one, Math.floor),
  );
  const [remains, least] = [free, threshold].map((bytes) =>
    unit === undefined ? `${bytes} bytes` : inUnit(bytes, unit, Math.floor),
  );
  return `${remains} free would remain, the threshold is ${least}`;
}

function memoryText(freeAfter: number, threshold: number): string {
  if (freeAfter >= 0) return belowThreshold(freeAfter, threshold);
  const [missing, least] = [sizeText(-freeAfter, Math.ceil), sizeText(threshold, Math.floor)];
  return `${missing} of memory would be missing, the threshold is ${least} free`;
}

/** Rounded up to a tenth. */
const percentText = (percent: number): string => `${Math.ceil(percent * 10 - 1e-6) / 10} %`;

/**
 * Load that is estimated: a sum of what was measured here and there. Rounded up, so that what is over a threshold reads so, and no
 * more than all of it: what VMs would use beyond that they do not get.
 */
export const aboutPercent = (percent: number): string =>
  `about ${Math.min(100, Math.ceil(percent - 1e-6))} %`;

/** "n3 about 97 %, the threshold is 90 %"; over a threshold of 100 % no figure says anything. */
const cpuOverText = (percentAfter: number, threshold: number): string =>
  threshold >= 100
    ? 'more than there is'
    : `${aboutPercent(percentAfter)}, the threshold is ${percentText(threshold)}`;

function reasonText(reason: RefusalReason): string {
  switch (reason.kind) {
    case 'unavailable':
    case 'excluded':
      return reason.detail;
    case 'not-allowed':
      return 'it is not one of the allowed hosts';
    case 'memory':
      return memoryText(reason.freeAfter, reason.threshold);
    case 'cpu':
      return `CPU use would be ${cpuOverText(reason.percentAfter, reason.threshold)}`;
    case 'keep-apart':
      return `rule "${reason.rule}" keeps it apart from ${reason.vm}, which is there`;
    case 'keep-together':
      return `rule "${reason.rule}" keeps it together with ${reason.vm}, which is on ${reason.on}`;
    case 'preferred-elsewhere':
      return `possible, but ${reason.preferred} is its preferred host`;
    case 'less-even':
      return `possible, it would be at ${percentText(Math.min(100, reason.loadAfter))}; the load is more even as planned`;
  }
}

/** "n3: 1.2 GiB free would remain, the threshold is 2 GiB". */
export function refusalText({ host, reasons }: Refusal): string {
  return `${host}: ${reasons.map(reasonText).join('; ')}`;
}

/** That a VM starts on a host beyond its CPU threshold; null: it does not. */
export function overCpuText({ host, overCpu }: Pick<PlannedStart, 'host' | 'overCpu'>): string | null {
  if (overCpu === undefined) return null;
  return `over the CPU threshold: ${host} would use ${cpuOverText(overCpu.percentAfter, overCpu.threshold)}`;
}

/** Why a VM stays down, in one sentence; the hosts' own reasons are in its refusals. */
export function staysDownText({ cause, detail }: Pick<PlannedStaysDown, 'cause' | 'detail'>): string {
  switch (cause) {
    case 'rule':
      return 'Its rule says to leave it down.';
    case 'unprotected':
      return `It cannot be started on another host: ${detail ?? 'it is not protected'}.`;
    case 'no-host':
      return 'No host can take it unless a VM of higher priority stays down.';
    case 'undecided':
      return 'No host was found for it before the search reached its bound; there may be one.';
  }
}
