import type { CpuTicks, Mount } from '../ports/machine.ts';

/** /proc/stat. Guest time is part of user time already; steal time is time this machine did not get. */
export function parseStat(text: string): CpuTicks & { cores: number } {
  const line = /^cpu {2}(.*)$/m.exec(text)?.[1] ?? '';
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = line
    .split(' ')
    .map(Number);
  const busy = user + nice + system + irq + softirq + steal;
  const cores = text.match(/^cpu\d+ /gm)?.length ?? 1;
  return { busy, total: busy + idle + iowait, cores };
}

/** Percent of all cores together between two readings. */
export function cpuPercent(before: CpuTicks, now: CpuTicks): number {
  const total = now.total - before.total;
  return total <= 0 ? 0 : round(Math.min(100, Math.max(0, ((now.busy - before.busy) / total) * 100)));
}

/** One digit: finer differences are noise, and would push a section for nothing. */
export const round = (value: number): number => Math.round(value * 10) / 10;

/** /proc/meminfo in bytes. */
export function parseMeminfo(text: string): { total: number; free: number } {
  const of = (key: string): number =>
    Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return { total: of('MemTotal'), free: of('MemAvailable') };
}

/** Field 22 of /proc/1/stat, start time in ticks (1/100 s) since the kernel booted; what is before it may hold blanks. */
export function startTicks(stat: string): number {
  const afterName = stat.slice(stat.lastIndexOf(')') + 2);
  return Number(afterName.split(' ')[19] ?? 0);
}

/** /proc/self/mountinfo; a later line covers an earlier one of the same folder. */
export function parseMountinfo(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split('\n')) {
    const [before = '', after] = line.split(' - ');
    if (after === undefined) continue;
    const [, , , , folder = '', options = ''] = before.split(' ');
    const [fsType = '', source = '', superOptions = ''] = after.split(' ');
    mounts.push({
      folder: unescapeOctal(folder),
      fsType,
      source: unescapeOctal(source),
      readOnly: has(options, 'ro') || has(superOptions, 'ro'),
    });
  }
  return mounts;
}

/** The mount that a path lies on. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    const prefix = mount.folder.endsWith('/') ? mount.folder : `${mount.folder}/`;
    const below = path === mount.folder || path.startsWith(prefix);
    if (below && (best === undefined || mount.folder.length >= best.folder.length)) best = mount;
  }
  return best;
}

const has = (options: string, option: string): boolean => options.split(',').includes(option);

const unescapeOctal = (text: string): string =>
  text.replace(/\\(\d{3})/g, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** /etc/os-release. */
export function parseOsRelease(text: string): { id: string; version: string; prettyName: string } {
  const of = (key: string): string => {
    const [, quoted, plain] = new RegExp(`^${key}=(?:"([^"]*)"|(.*))$`, 'm').exec(text) ?? [];
    return quoted ?? plain ?? '';
  };
  return {
    id: of('ID') || 'unknown',
    version: of('VERSION_ID'),
    prettyName: of('PRETTY_NAME') || of('NAME'),
  };
}
