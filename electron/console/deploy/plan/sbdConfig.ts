import type { FencingChoice } from '../../../../src/contract/deployment.ts';
import type { SbdTiming } from '../cib/cib.ts';

/**
 * Environment file of sbd.service.
 *
 * `SBD_DELAY_START`: a host that was fenced and boots faster than its peers wait for the fencing to be over must not
 * join them before. `-n`: SBD takes the kernel's host name for the node's unless told otherwise.
 */
export function formatSbdConfig(
  fencing: Exclude<FencingChoice, { method: 'agent' }>,
  timing: SbdTiming,
  names: { nodeName: string; hostname: string },
): string {
  const watchdog = fencing.watchdog === 'none' ? null : fencing.watchdog.device;
  const options = [
    // Without a watchdog: for test machines only.
    ...(watchdog === null ? ['-W'] : []),
    ...(names.hostname === names.nodeName ? [] : ['-n', names.nodeName]),
  ];
  const lines = [
    '# Written by Minime.',
    ...(fencing.method === 'sbd-disk' ? [`SBD_DEVICE="${fencing.devices.join(';')}"`] : []),
    'SBD_PACEMAKER=yes',
    'SBD_STARTMODE=always',
    'SBD_DELAY_START=yes',
    `SBD_WATCHDOG_DEV=${watchdog ?? '/dev/null'}`,
    `SBD_WATCHDOG_TIMEOUT=${timing.watchdogS}`,
    'SBD_TIMEOUT_ACTION=flush,reboot',
    'SBD_MOVE_TO_ROOT_CGROUP=auto',
    'SBD_SYNC_RESOURCE_STARTUP=yes',
    `SBD_OPTS="${options.join(' ')}"`,
  ];
  return `${lines.join('\n')}\n`;
}
