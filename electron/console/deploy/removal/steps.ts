import { hostPaths, type Manifest } from '../../../../src/contract/manifest.ts';
import { findAll, type XmlElement } from '../cib/xml.ts';
import type { Node } from '../context.ts';
import type { CutOff, Distribution } from '../distributions/distribution.ts';
import type { Probe } from '../facts/probe.ts';
import { DROP_IN_FOLDERS } from '../hostFiles.ts';
import { CIB_FILE } from '../plan/configuration.ts';
import { allAre } from '../plan/engine.ts';
import { liveCib } from '../plan/inspection.ts';
import { repairSteps } from '../plan/repair.ts';
import { commandStep, type Step } from '../plan/step.ts';

/** Pacemaker first stops its resources, which may take as long as unmounting a quorum disk. */
const STOP_TIMEOUT_MS = 180_000;

/** Milliseconds until a quorum disk that is busy is given up. */
const UNMOUNT_TIMEOUT_MS = 30_000;

/** Which VMs the host program starts in libvirt's place. */
const AUTOSTART_RECORD = `${hostPaths.state}/autostart.json`;

/** Started by resource agents, the timer and the like: not enabled, so the manifest does not name them. */
const SERVICES = [
  'minime-takeover@*.service',
  'minime-rejoin.service',
  'minime-moves.service',
  'minime-sync.service',
  'minime-changed.service',
];

/** Those of them that are in one of these states. */
async function listed(probe: Probe, ...states: readonly string[]): Promise<string[]> {
  const argv = ['systemctl', 'list-units', '--all', '--plain', '--no-legend', `--state=${states.join(',')}`];
  const answer = await probe.exec(...argv, ...SERVICES);
  return answer.stdout.split('\n').filter((line) => line.trim() !== '');
}

/** From here on nothing is moved, restarted or fenced; what runs goes on running. */
export function quiesceSteps(leader: Node): Step[] {
  const set = (name: string, value: string) =>
    commandStep(leader, 'quiesce', name, `Set ${name} to ${value}`, {
      argv: ['crm_attribute', '--type', 'crm_config', '--name', name, '--update', value],
      done: async (probe) => {
        const cib = await liveCib(probe);
        return cib === null || property(cib, name) === value;
      },
    });
  return [set('maintenance-mode', 'true'), set('stonith-enabled', 'false')];
}

/** Stops what runs on a host. In maintenance its quorum disk stays mounted until it is unmounted. */
export function stopSteps(node: Node, units: readonly string[]): Step[] {
  const ours = units.filter((unit) => unit.startsWith('minime-'));
  const engine = units.filter((unit) => !unit.startsWith('minime-'));
  const down = (names: readonly string[]) => async (probe: Probe) =>
    (await Promise.all(names.map((unit) => allAre(probe, 'is-active', [unit], 'active')))).every((up) => !up);
  return [
    commandStep(node, 'stop-resources', 'units', 'Stop the units of Minime', {
      argv: ['systemctl', 'disable', '--now', ...ours],
      done: async (probe) => (await down(ours)(probe)) && !(await anyEnabled(probe, ours)),
    }),
    commandStep(node, 'stop-resources', 'services', 'Stop takeovers and what else is under way', {
      argv: ['systemctl', 'stop', ...SERVICES],
      done: async (probe) => (await listed(probe, 'active', 'activating', 'deactivating')).length === 0,
      // systemctl complains about units that are not there.
      mayFail: true,
      timeoutMs: STOP_TIMEOUT_MS,
    }),
    commandStep(node, 'stop-resources', 'autostart', 'Give libvirt back the autostart of VMs', {
      argv: [hostPaths.command, 'autostart', 'restore'],
      // After the last sync, which would take it over again. Without a record there is nothing to give back; so a host program that does not know the command is not asked.
      done: async (probe) => (await probe.exec('test', '-e', AUTOSTART_RECORD)).code !== 0,
      verify: false,
    }),
    commandStep(node, 'stop-resources', 'pacemaker', 'Stop Pacemaker', {
      argv: ['systemctl', 'stop', 'pacemaker.service'],
      done: down(['pacemaker.service']),
      timeoutMs: STOP_TIMEOUT_MS,
    }),
    commandStep(node, 'stop-engine', 'corosync', 'Stop Corosync and SBD', {
      argv: ['systemctl', 'stop', 'corosync.service'],
      done: down(engine),
      timeoutMs: STOP_TIMEOUT_MS,
      wait: { timeoutMs: 30_000, pending: () => Promise.resolve('SBD is still running.') },
    }),
    commandStep(node, 'stop-engine', 'disable', 'Start the engine at boot no more', {
      argv: ['systemctl', 'disable', ...engine],
      done: async (probe) => !(await anyEnabled(probe, engine)),
    }),
  ];
}

/** Whatever quorum disk is mounted on this host, its own or, after a takeover, another's. */
export function unmountSteps(node: Node, disks: readonly { home: string; source: string }[]): Step[] {
  return disks.flatMap(({ home, source }) => {
    const folder = `${hostPaths.quorumDisks}/${home}`;
    return [
      commandStep(node, 'unmount', home, `Unmount the quorum disk of ${home}`, {
        argv: ['umount', folder],
        done: async (probe) => (await probe.exec('mountpoint', '--quiet', folder)).code !== 0,
        // The host program may be reading it at this moment, since a console that looks on is told of every change.
        mayFail: true,
        wait: { timeoutMs: UNMOUNT_TIMEOUT_MS, again: true },
      }),
      commandStep(node, 'unmount', `${home}-loop`, `Let go of the image of ${home}'s quorum disk`, {
        argv: ['sh', '-c', DETACH, 'sh', source],
        // A device that somebody has open goes by itself once it is closed, so being marked for that is enough.
        done: async (probe) => {
          const argv = ['losetup', '--noheadings', '--output', 'AUTOCLEAR', '--associated', source];
          if ((await probe.exec('test', '-f', source)).code !== 0) return true;
          return (await probe.output(...argv)).split('\n').every((mark) => mark.trim() !== '0');
        },
        // It may be gone between being listed and being detached.
        mayFail: true,
      }),
    ];
  });
}

const DETACH =
  'losetup --noheadings --output NAME --associated "$1" | xargs --no-run-if-empty --max-args=1 losetup --detach';

/** State that Corosync and Pacemaker keep between runs. */
const ENGINE_STATE = ['/var/lib/pacemaker/cib', '/var/lib/pacemaker/pengine', '/var/lib/corosync'];

/**
 * Takes off what the manifest lists. Files go before packages, so that the package manager finds its folders empty; the
 * manifest goes last, so that this can be done again from any point.
 */
export function cleanSteps(
  node: Node,
  manifest: Manifest,
  packages: { distribution: Distribution; purge: readonly string[]; cutOff: CutOff | null },
): Step[] {
  const { distribution, purge, cutOff } = packages;
  const files = [...manifest.files.map((file) => file.path), CIB_FILE].filter(
    (path) => path !== hostPaths.manifest,
  );
  const installed = async (probe: Probe) => {
    const query = distribution.query(purge);
    const states = query.parse((await probe.exec(...query.argv)).stdout);
    return purge.some((name) => states.get(name)?.installed === true);
  };
  const absent = (paths: readonly string[]) => async (probe: Probe) =>
    (await Promise.all(paths.map((path) => probe.exec('test', '-e', path)))).every(
      (answer) => answer.code !== 0,
    );
  // With the records of failovers, and half-made keys.
  const stateFolders = [hostPaths.state, hostPaths.dispatch, '/run/minime'];
  const emptyFolders = [
    hostPaths.config,
    '/usr/lib/minime',
    hostPaths.agentFolder,
    '/etc/libvirt/hooks/qemu.d',
    ...DROP_IN_FOLDERS,
  ];
  return [
    commandStep(node, 'clean', 'engine-state', 'Delete what Corosync and Pacemaker remember', {
      argv: ['find', ...ENGINE_STATE, '-type', 'f', '-delete'],
      done: async (probe) => (await probe.exec('find', ...ENGINE_STATE, '-type', 'f')).stdout.trim() === '',
    }),
    commandStep(node, 'clean', 'files', 'Delete the files', {
      argv: ['rm', '--force', '--', ...files],
      done: absent(files),
    }),
    ...(purge.length === 0
      ? []
      : [
          ...repairSteps(node, 'clean', distribution, cutOff),
          commandStep(
            node,
            'clean',
            'packages',
            `Remove ${purge.length} packages that deployment installed`,
            {
              argv: distribution.purge(purge),
              reason: distribution.reason,
              done: async (probe) => !(await installed(probe)),
              interruptible: false,
              timeoutMs: 900_000,
            },
          ),
        ]),
    commandStep(node, 'clean', 'state', 'Delete the state of Minime', {
      argv: ['rm', '--recursive', '--force', '--one-file-system', '--', ...stateFolders],
      done: absent(stateFolders),
    }),
    commandStep(node, 'clean', 'daemon-reload', 'Have systemd forget the units', {
      argv: ['systemctl', 'daemon-reload'],
      done: (probe) => absent([hostPaths.manifest])(probe),
      verify: false,
    }),
    commandStep(node, 'clean', 'reset-failed', 'Have systemd forget how they ended', {
      argv: ['systemctl', 'reset-failed', ...SERVICES],
      done: async (probe) => (await listed(probe, 'failed')).length === 0,
      mayFail: true,
    }),
    commandStep(node, 'clean', 'manifest', 'Delete the list of what was installed', {
      argv: ['rm', '--force', '--', hostPaths.manifest],
      done: absent([hostPaths.manifest]),
    }),
    commandStep(node, 'clean', 'folders', 'Delete the folders', {
      argv: ['find', ...emptyFolders, '-maxdepth', '0', '-empty', '-delete'],
      done: absent([hostPaths.config, '/usr/lib/minime', hostPaths.agentFolder]),
      // find complains about folders that are gone already.
      mayFail: true,
      wait: {
        timeoutMs: 0,
        pending: () => Promise.resolve('A folder of Minime holds files that deployment did not put there.'),
      },
    }),
  ];
}

async function anyEnabled(probe: Probe, units: readonly string[]): Promise<boolean> {
  const answer = await probe.exec('systemctl', 'is-enabled', ...units);
  return answer.stdout.split('\n').some((state) => state === 'enabled');
}

function property(cib: XmlElement, name: string): string | undefined {
  const sets = findAll(cib, (one) => one.tag === 'crm_config');
  return sets.flatMap((set) => findAll(set, (one) => one.attributes['name'] === name))[0]?.attributes[
    'value'
  ];
}
