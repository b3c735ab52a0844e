import type { Probe } from '../facts/probe.ts';
import type { Inspection } from './inspection.ts';
import { commandStep, type Step } from './step.ts';

/** Services that packages would start at once, half configured. logd comes with the resource agents. */
const HELD_BACK = ['corosync.service', 'pacemaker.service', 'sbd.service', 'logd.service'];

/**
 * Masked in /run while packages are installed: an administrator's own policy-rc.d is left alone, and should everything
 * fail, the next boot clears it.
 */
export function packageSteps(host: Inspection): Step[] {
  const { node, distribution, packages } = host;
  const installed = async (probe: Probe) => {
    const query = distribution.query(packages.wanted);
    const states = query.parse((await probe.exec(...query.argv)).stdout);
    return packages.wanted.every((name) => states.get(name)?.installed === true) && !(await cutOff(probe));
  };
  const cutOff = async (probe: Probe) =>
    distribution.family === 'debian' && (await probe.exec('dpkg', '--audit')).stdout.trim() !== '';
  const held = async (probe: Probe) =>
    (await probe.exec('test', '-e', '/run/systemd/system/corosync.service')).code === 0;
  const unmask = ['systemctl', 'unmask', '--runtime', ...HELD_BACK];
  const repair = distribution.repair();
  const names = packages.missing.length === 0 ? packages.wanted : packages.missing;
  return [
    commandStep(node, 'packages', 'hold', 'Hold the new services back while packages are installed', {
      argv: ['systemctl', 'mask', '--runtime', ...HELD_BACK],
      done: async (probe) => (await installed(probe)) || (await held(probe)),
      undo: unmask,
    }),
    ...(repair === null
      ? []
      : [
          commandStep(node, 'packages', 'repair', 'Finish an installation that was cut off', {
            argv: repair,
            done: async (probe) => !(await cutOff(probe)),
            // What was only half unpacked is beyond it; the installation below unpacks that again.
            verify: false,
            mayFail: true,
            interruptible: false,
            timeoutMs: 600_000,
          }),
        ]),
    commandStep(node, 'packages', 'refresh', 'Fetch package lists', {
      argv: distribution.refresh(),
      done: installed,
      verify: false,
      // One of many sources that does not answer need not be the one that is wanted; else the download fails.
      mayFail: true,
      timeoutMs: 300_000,
    }),
    commandStep(node, 'packages', 'download', `Download ${names.join(', ')}`, {
      argv: distribution.download(names),
      done: installed,
      verify: false,
      timeoutMs: 1_800_000,
    }),
    commandStep(node, 'packages', 'install', `Install ${names.join(', ')}`, {
      argv: distribution.install(names),
      done: installed,
      interruptible: false,
      timeoutMs: 1_800_000,
    }),
    commandStep(node, 'packages', 'release', 'Let go of the services again', {
      argv: unmask,
      done: async (probe) => !(await held(probe)),
    }),
  ];
}
