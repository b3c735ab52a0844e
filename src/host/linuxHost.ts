import { join } from 'node:path';
import { hostPaths } from '../contract/manifest.ts';
import { readClusterKey, readHostConfig } from './config.ts';
import { callLocally } from './dispatch/local.ts';
import { SshPeers } from './dispatch/peers.ts';
import { openProcess } from './dispatch/ssh.ts';
import type { Host, Log } from './host.ts';
import { LibvirtHypervisor } from './libvirt/libvirtHypervisor.ts';
import { LinuxMachine } from './machine/linuxMachine.ts';
import { systemdMovesService } from './moves/service.ts';
import { linuxMessenger } from './notify/linuxMessenger.ts';
import { PacemakerEngine } from './pacemaker/pacemakerEngine.ts';
import { systemClock } from './ports/clock.ts';
import { Ext4QuorumDisks } from './quorum-disk/ext4QuorumDisks.ts';
import { ChildRunner } from './runner/childRunner.ts';
import { withFileLock } from './runner/fileLock.ts';

const runFolder = '/run/minime';
const lockWaitSeconds = 60;

/** This machine: libvirt, Corosync and Pacemaker, ext4 quorum disks. */
export function linuxHost(version: string, log: Log): Host {
  const runner = new ChildRunner();
  const machine = new LinuxMachine(runner);
  const engine = new PacemakerEngine({
    runner,
    fencingMethod: async () => (await readHostConfig().catch(() => undefined))?.fencing.method,
    eventsPath: join(hostPaths.state, 'events.log'),
  });
  const host: Host = {
    version,
    clock: systemClock,
    machine,
    hypervisor: new LibvirtHypervisor(runner, runFolder, () => readHostConfig()),
    engine,
    quorumDisks: new Ext4QuorumDisks({
      runner,
      machine,
      config: () => readHostConfig(),
      folder: hostPaths.quorumDisks,
      wasFencedSince: (node, since) => engine.wasFencedSince(node, since),
      now: () => systemClock.now(),
      log: (message) => log.info({}, message),
    }),
    config: () => readHostConfig(),
    clusterKey: () => readClusterKey(),
    peers: new SshPeers({
      config: () => readHostConfig(),
      clock: systemClock,
      open: openProcess,
      local: (_self, name, params, options) => callLocally(host, name, params, options),
    }),
    messenger: linuxMessenger(runner),
    exclusively: (what, work, waitS = lockWaitSeconds) =>
      withFileLock(runner, join(runFolder, `${what}.lock`), waitS, work),
    movesService: systemdMovesService(runner),
    paths: {
      state: hostPaths.state,
      run: runFolder,
      history: hostPaths.history,
      manifest: hostPaths.manifest,
    },
    log,
  };
  return host;
}
