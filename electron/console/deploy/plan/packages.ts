import type { Probe } from '../facts/probe.ts';
import type { Inspection } from './inspection.ts';
import { cutOffOn, repairSteps } from './repair.ts';
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
    const all = packages.wanted.every((name) => states.get(name)?.installed === true);
    return all && (await cutOffOn(probe, distribution)) === null;
  };
  const held = async (probe: Probe) =>
    (await probe.exec('test', '-e', '/run/systemd/system/corosync.service')).code === 0;
  const unmask = ['systemctl', 'unmask', '--runtime', ...HELD_BACK];
  const names = packages.missing.length === 0 ? packages.wanted : packages.missing;
  return [
    commandStep(node, 'packages', 'hold', 'Hold the new services back while packages are installed', {
      argv: ['systemctl', 'mask', '--runtime', ...HELD_BACK],
      done: async (probe) => (await installed(probe)) || (await held(probe)),
      undo: unmask,
    }),
    commandStep(node, 'packages', 'refresh', 'Fetch package lists', {
      argv: distribution.refresh(),
      done: installed,
      verify: false,
      // One of many sources that does not answer need not be the one that is wanted; else the download fails.
      mayFail: true,
      timeoutMs: 300_000,
    }),
    ...repairSteps(node, 'packages', distribution, packages.cutOff),
    commandStep(node, 'packages', 'download', `Download ${names.join(', ')}`, {
      argv: distribution.download(names),
      reason: distribution.reason,
      done: installed,
      verify: false,
      timeoutMs: 1_800_000,
    }),
    commandStep(node, 'packages', 'install', `Install ${names.join(', ')}`, {
      argv: distribution.install(names),
      reason: distribution.reason,
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
