import { dispatchKeyPaths } from '../facts/dispatchFacts.ts';
import type { Probe } from '../facts/probe.ts';
import { DISPATCH_UNIT, HOST_UNITS, LIBVIRT_HOOK } from '../hostFiles.ts';
import { SSHD_CONFIG } from './dispatch.ts';
import { allAre } from './engine.ts';
import type { Inspection } from './inspection.ts';
import { commandStep, type Step } from './step.ts';

/** Its agent starts it; where the agent came only with this deployment, it has started long ago. */
const REJOIN_UNIT = 'minime-rejoin.service';
/** One daemon for everything, or one per hypervisor: which of them runs is the distribution's choice. */
const LIBVIRT_DAEMONS = ['libvirtd.service', 'virtqemud.service'];

export function programSteps({ node }: Inspection): Step[] {
  return [
    commandStep(node, 'program', 'units', 'Start the units of Minime', {
      argv: ['systemctl', 'enable', '--now', ...HOST_UNITS],
      done: async (probe) =>
        (await allAre(probe, 'is-enabled', HOST_UNITS, 'enabled')) &&
        (await allAre(probe, 'is-active', HOST_UNITS, 'active')),
    }),
    ...LIBVIRT_DAEMONS.map((unit) =>
      commandStep(node, 'program', unit, `Restart ${unit} if it does not know the hook yet (VMs run on)`, {
        argv: ['systemctl', 'try-restart', unit],
        done: async (probe) => !(await startedBefore(probe, unit, LIBVIRT_HOOK)),
      }),
    ),
    commandStep(
      node,
      'program',
      'dispatch',
      `Restart ${DISPATCH_UNIT} if it has not read its configuration`,
      {
        argv: ['systemctl', 'try-restart', DISPATCH_UNIT],
        done: async (probe) =>
          !(await startedBefore(probe, DISPATCH_UNIT, SSHD_CONFIG)) &&
          !(await startedBefore(probe, DISPATCH_UNIT, dispatchKeyPaths.host)),
      },
    ),
    commandStep(node, 'program', 'rejoin', 'Have the host rejoin, unless it did since it was booted', {
      argv: ['systemctl', 'start', REJOIN_UNIT],
      done: async (probe) => {
        const [rejoined, unit] = await Promise.all([
          probe.exec('test', '-e', '/run/minime/rejoined'),
          probe.exec('systemctl', 'show', '--property=ActiveState', '--value', REJOIN_UNIT),
        ]);
        return rejoined.code === 0 || /^(active|activating)$/m.test(unit.stdout);
      },
    }),
  ];
}

/** Whether a daemon runs since before a file was written that it reads when it starts. */
async function startedBefore(probe: Probe, unit: string, path: string): Promise<boolean> {
  const [shown, written, clocks] = await Promise.all([
    probe.exec('systemctl', 'show', '--property=ActiveState,ActiveEnterTimestampMonotonic', unit),
    probe.exec('stat', '--format=%.3Y', path),
    // At one moment: the difference is when the host was booted.
    probe.exec('sh', '-c', 'date +%s.%N; cat /proc/uptime'),
  ]);
  if (!shown.stdout.includes('ActiveState=active') || written.code !== 0) return false;
  const monotonicUs = Number(/ActiveEnterTimestampMonotonic=(\d+)/.exec(shown.stdout)?.[1] ?? 0);
  const [now, uptime] = clocks.stdout.split('\n').map((line) => Number.parseFloat(line));
  const bootedAt = (now ?? 0) - (uptime ?? 0);
  return bootedAt + monotonicUs / 1e6 < Number(written.stdout);
}
