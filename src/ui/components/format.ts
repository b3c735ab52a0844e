const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Bytes for people: three significant digits at most, binary units. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits).replace(/\.0$/, '')} ${units[unit]}`;
}

/** "6.2 of 100 MiB": both figures, the unit once where it is the same. */
export function formatPart(part: number, whole: number): string {
  const [first, second] = [formatBytes(part), formatBytes(whole)];
  const [figure, unit] = first.split(' ');
  return `${second.endsWith(` ${unit}`) ? figure : first} of ${second}`;
}

/** Microseconds as milliseconds, fine enough to tell a LAN from a slow link. */
export function formatLatency(microseconds: number): string {
  const ms = microseconds / 1000;
  return `${ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0)} ms`;
}

export function formatPercent(value: number): string {
  return `${Math.round(value)} %`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span of time in one unit, as an admin would say it: "12 s", "3 min", "5 h", "12 days". */
export function formatSpan(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / SECOND))} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} days`;
}

/** A span of time measured to be compared: "0.4 s", "11.5 s", "2 min 05 s", "1 h 04 min". */
export function formatDuration(ms: number): string {
  if (ms < MINUTE - 50) return `${(Math.max(0, ms) / SECOND).toFixed(1)} s`;
  const [unit, part, words] = ms < HOUR - 500 ? [MINUTE, SECOND, ['min', 's']] : [HOUR, MINUTE, ['h', 'min']];
  const parts = Math.round(ms / part);
  const rest = String(parts % 60).padStart(2, '0');
  return `${Math.floor((parts * part) / unit)} ${words[0]} ${rest} ${words[1]}`;
}

/** A time that was worked out beforehand: tenths would claim more than is known. */
export const formatForecast = (seconds: number): string => `${Math.round(seconds)} s`;

/** How long ago; a clock that is ahead by a little does not make it the future. */
export function formatAge(at: number, now: number): string {
  return `${formatSpan(now - at)} ago`;
}

/** "1 host", "3 hosts". */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}
