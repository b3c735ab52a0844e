import { hostPaths } from '../../../../src/contract/manifest.ts';
import type { Probe } from '../facts/probe.ts';
import { loadedUnits, TMPFILES } from '../hostFiles.ts';
import { configurationSteps } from './configuration.ts';
import type { Design } from './design.ts';
import { keySteps } from './dispatch.ts';
import { engineSteps, membershipSteps } from './engine.ts';
import { filesOf, manifestOf, type PlannedFile } from './files.ts';
import type { Inspection } from './inspection.ts';
import { packageSteps } from './packages.ts';
import * as poisonPill from './poisonPill.ts';
import { programSteps } from './program.ts';
import * as quorumDisks from './quorumDisks.ts';
import { commandStep, fileStep, type Step } from './step.ts';

/** Written by Pacemaker's user, who may write nothing else here. */
const EVENTS = `${hostPaths.state}/events.log`;

/** Everything a deployment does, done already or not, host by host; the executor orders it by stage. */
export function deploymentSteps(plan: Design, signal: AbortSignal): Step[] {
  return [
    ...plan.hosts.flatMap((host) => {
      const files = filesOf(plan, host);
      const manifest = manifestOf(plan, host, files);
      return [
        ...manifestSteps(host, manifest),
        ...packageSteps(host),
        ...keySteps(host),
        ...fileSteps(host, files),
        completeManifestStep(host, manifest),
        ...poisonPill.sightSteps(plan, host.node, signal),
        ...quorumDisks.sightSteps(plan, host.node),
        ...engineSteps(plan, host),
        ...programSteps(host),
      ];
    }),
    ...poisonPill.createSteps(plan),
    ...quorumDisks.formatSteps(plan),
    ...membershipSteps(plan),
    ...configurationSteps(plan),
  ];
}

function manifestSteps({ node }: Inspection, manifest: PlannedFile): Step[] {
  const { title, ...file } = manifest;
  return [
    commandStep(
      node,
      'packages',
      'config-folder',
      'Make the folder of Minime',
      foldersCommand(['/etc/minime']),
    ),
    fileStep(node, 'packages', title, file),
  ];
}

/** When everything that it lists is known; mostly it is complete from the beginning. */
function completeManifestStep({ node }: Inspection, manifest: PlannedFile): Step {
  const { title, ...file } = manifest;
  return fileStep(node, 'files', `${title}, complete`, file);
}

function fileSteps({ node }: Inspection, files: readonly PlannedFile[]): Step[] {
  const folders = new Set(files.map((file) => file.path.slice(0, file.path.lastIndexOf('/'))));
  const units = loadedUnits(files.map((file) => file.path));
  return [
    commandStep(
      node,
      'files',
      'folders',
      'Make the folders that are missing',
      foldersCommand([...folders, hostPaths.state, hostPaths.quorumDisks]),
    ),
    ...files.map(({ title, ...file }) => fileStep(node, 'files', title, file)),
    commandStep(node, 'files', 'tmpfiles', 'Make the file that Pacemaker notes losses of hosts in', {
      argv: ['systemd-tmpfiles', '--create', TMPFILES],
      done: async (probe) => {
        const answer = await probe.exec('stat', '--format=%U %F', EVENTS);
        return /^hacluster regular/.test(answer.stdout);
      },
    }),
    commandStep(node, 'files', 'daemon-reload', 'Have systemd read the units', {
      argv: ['systemctl', 'daemon-reload'],
      done: async (probe) => {
        const show = (property: string, names: readonly string[]) =>
          probe.exec('systemctl', 'show', `--property=${property}`, ...names);
        const [found, read] = await Promise.all([
          show('LoadState', units.own),
          show('NeedDaemonReload', [...units.own, ...units.others]),
        ]);
        const fine = found.code === 0 && read.code === 0;
        return fine && !found.stdout.includes('=not-found') && !read.stdout.includes('=yes');
      },
    }),
  ];
}

function foldersCommand(folders: readonly string[]) {
  return {
    argv: ['mkdir', '--parents', ...folders],
    done: async (probe: Probe) => {
      const answer = await probe.exec('stat', '--format=%F', ...folders);
      return answer.code === 0;
    },
  };
}
