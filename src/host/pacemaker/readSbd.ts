import type { EngineTiming, Fencing } from '../../contract/clusterState.ts';
import type { EngineTools, PoisonPillDisk } from './engineTools.ts';

export interface SbdAnswer {
  devices: PoisonPillDisk[];
  watchdog: Fencing['watchdog'];
  times: Pick<EngineTiming, 'watchdogS' | 'msgwaitS'>;
}

/** Times are those on the poison-pill disk, which all hosts go by; without one those of this host's configuration. */
export async function readSbd(tools: EngineTools): Promise<SbdAnswer> {
  const config = await tools.sbdConfig();
  if (config === undefined) return { devices: [], watchdog: {}, times: {} };
  const devices = await Promise.all(config.devices.map((path) => tools.poisonPillDisk(path)));
  const readable = devices.find((device) => device.readable);
  const configured = config.watchdogTimeoutS === undefined ? {} : { watchdogS: config.watchdogTimeoutS };
  const times =
    config.devices.length === 0
      ? configured
      : readable === undefined
        ? {}
        : await tools.poisonPillTimes(readable.path);
  return {
    devices,
    watchdog: {
      ...(config.watchdogDevice === undefined ? {} : { device: config.watchdogDevice }),
      ...(times.watchdogS === undefined ? {} : { timeoutS: times.watchdogS }),
    },
    times,
  };
}
