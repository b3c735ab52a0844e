/** `sbd -d DEV list`: number, host, message and, for a message, its sender; separated by tabs. */
export function parseSbdList(output: string): { host: string; message: string }[] {
  const slots: { host: string; message: string }[] = [];
  for (const line of output.split('\n')) {
    const [number = '', host = '', message = ''] = line.split('\t');
    if (/^\d+$/.test(number) && host !== '') slots.push({ host, message });
  }
  return slots;
}

export interface SbdConfig {
  devices: string[];
  /** Absent when SBD runs without a watchdog. */
  watchdogDevice?: string;
  /** Seconds, for hosts without a poison-pill disk. */
  watchdogTimeoutS?: number;
}

/** /etc/default/sbd or /etc/sysconfig/sbd: shell assignments, the last one of a name counts. */
export function parseSbdConfig(text: string): SbdConfig {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, quoted, single, plain] =
      /^\s*(?:export\s+)?(\w+)=(?:"([^"]*)"|'([^']*)'|([^\s#]*))/.exec(line) ?? [];
    if (key !== undefined) values.set(key, quoted ?? single ?? plain ?? '');
  }
  const devices = (values.get('SBD_DEVICE') ?? '').split(/[;\s]+/).filter((device) => device !== '');
  const watchdogDevice = values.get('SBD_WATCHDOG_DEV') ?? '';
  // "-W" given twice switches the watchdog off.
  const switches = (values.get('SBD_OPTS') ?? '').split(/\s+/).filter((option) => option === '-W').length;
  const without = switches > 0 && switches % 2 === 0;
  const timeout = Number(values.get('SBD_WATCHDOG_TIMEOUT') ?? Number.NaN);
  return {
    devices,
    ...(without ? {} : { watchdogDevice: watchdogDevice || '/dev/watchdog' }),
    ...(timeout > 0 ? { watchdogTimeoutS: timeout } : {}),
  };
}

/** Seconds, from `sbd -d DEV dump`. */
export function parseSbdTimes(output: string): { watchdogS?: number; msgwaitS?: number } {
  const of = (name: string): number | undefined => {
    const seconds = new RegExp(`^Timeout \\(${name}\\)\\s*:\\s*(\\d+)`, 'm').exec(output)?.[1];
    return seconds === undefined ? undefined : Number(seconds);
  };
  const [watchdogS, msgwaitS] = [of('watchdog'), of('msgwait')];
  return {
    ...(watchdogS === undefined ? {} : { watchdogS }),
    ...(msgwaitS === undefined ? {} : { msgwaitS }),
  };
}
