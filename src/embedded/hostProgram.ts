import { join } from 'node:path';
import type { DispatchCallName, DispatchCallParams } from '../contract/dispatchProtocol.ts';
import { dispatchHandlers } from '../host/dispatch/handlers.ts';
import type { Host, Log } from '../host/host.ts';
import type { EmbeddedCluster } from './embeddedCluster.ts';
import { EmbeddedClusterEngine } from './ports/embeddedClusterEngine.ts';
import { EmbeddedHypervisor } from './ports/embeddedHypervisor.ts';
import { EmbeddedMachine } from './ports/embeddedMachine.ts';
import { embeddedMessenger } from './ports/embeddedMessenger.ts';
import { EmbeddedPeers } from './ports/embeddedPeers.ts';
import { EmbeddedQuorumDisks } from './ports/embeddedQuorumDisks.ts';
import type { Program } from './services/service.ts';
import { sleepOn } from './time/worldClock.ts';
import type { Boot } from './world/boot.ts';
import { Life, portIn } from './world/life.ts';
import { migrate } from './world/migration.ts';
import { addressOf } from './world/network.ts';

const lockWaitS = 60;

/** The host program, begun on an embedded host: what `linuxHost` is on a real one. */
export function hostProgram(cluster: EmbeddedCluster, boot: Boot, name: string): Program {
  const { clock, timing, files, version, onLog } = cluster.options;
  const life = new Life(boot.life);
  const view = cluster.hostFiles.show(name, { life, boot });
  const config = cluster.configOf(boot.host);
  const embedded = cluster.host(boot.host);
  const log =
    (level: 'info' | 'warn' | 'error'): Log['info'] =>
    (fields, message) => {
      if (!life.over) onLog({ host: boot.host, level, fields, message });
    };
  const host: Host = {
    version,
    clock: portIn(life, {
      now: () => clock.now(),
      elapsed: () => clock.elapsed(),
      sleep: (ms: number, signal?: AbortSignal) => sleepOn(clock, ms, signal),
    }),
    machine: portIn(
      life,
      new EmbeddedMachine(clock, embedded, boot, {
        address: addressOf([...cluster.hosts.keys()].indexOf(boot.host), 0),
        prefixLength: 24,
      }),
    ),
    hypervisor: portIn(
      life,
      new EmbeddedHypervisor({
        clock,
        host: embedded,
        boot,
        power: cluster.powerOf(boot),
        migrate: (uuid, target, options) => migrate(cluster, boot, uuid, target, options),
        onChange: () => cluster.vmsChanged(boot),
      }),
    ),
    engine: portIn(
      life,
      new EmbeddedClusterEngine({
        clock,
        timing,
        boot,
        hosts: [...cluster.hosts.keys()],
        clusterName: config.clusterName,
        network: cluster.network,
        engine: cluster.engine,
        isUp: (other) => cluster.host(other).boot?.engineUp === true,
      }),
    ),
    quorumDisks: portIn(
      life,
      new EmbeddedQuorumDisks({
        clock,
        timing,
        files,
        boot,
        view,
        disks: cluster.disks,
        config,
        wasFencedSince: (other, since) => cluster.engine.wasFencedSince(other, since),
      }),
    ),
    peers: portIn(
      life,
      new EmbeddedPeers({
        clock,
        timing,
        from: boot.host,
        reaches: (other) => cluster.reaches(boot, other),
        answer: (other, call, params) => answer(cluster, other, call, params),
        answerMyself: (call, params) => callOf(host, call, params),
      }),
    ),
    messenger: portIn(
      life,
      embeddedMessenger((text) => cluster.tell(boot.host, text)),
    ),
    config: () => life.receive(Promise.resolve(config)),
    clusterKey: () => life.receive(Promise.resolve(cluster.clusterKeyOf(boot.host))),
    movesService: {
      start: async () => cluster.servicesOf(boot.host)?.startMoves(),
      stop: async () => cluster.servicesOf(boot.host)?.stopMoves(),
    },
    exclusively: (what, work, waitS = lockWaitS) =>
      life.receive(boot.locks.hold(what, life, { clock, waitMs: waitS * 1000 }, work)),
    paths: {
      state: join(view, 'state'),
      run: join(view, 'run'),
      history: join(view, 'history'),
      manifest: null,
    },
    log: { info: log('info'), warn: log('warn'), error: log('error') },
  };
  return { life, host };
}

/** As `vmcl dispatch`, a program of its own for each question. Never settles if its host dies first. */
async function answer(
  cluster: EmbeddedCluster,
  name: string,
  call: DispatchCallName,
  params: unknown,
): Promise<unknown> {
  const { boot } = cluster.host(name);
  if (boot === undefined) return new Promise(() => undefined);
  const { host, life } = cluster.program(boot);
  try {
    return await callOf(host, call, params);
  } finally {
    life.end();
  }
}

const callOf = <K extends DispatchCallName>(host: Host, call: K, params: unknown): Promise<unknown> =>
  dispatchHandlers(host)[call](params as DispatchCallParams<K>);
