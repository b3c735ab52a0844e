import {
  changeDefinition,
  cutLink,
  fillDisk,
  healNetwork,
  partition,
  setDiskFault,
  setStartFault,
  shutDownVm,
  startVm,
  tamperedText,
} from '../../../src/embedded/breakage.ts';
import type { EmbeddedCluster } from '../../../src/embedded/embeddedCluster.ts';
import type { DiskFault } from '../../../src/embedded/world/sharedStorage.ts';
import { setNotifications } from '../../../src/host/notify/settings.ts';
import { confirmFence } from '../../../src/host/serve/fenceTest.ts';
import type { Action } from './commands.ts';

/** Does to the cluster what a line of a script says. `owner`: the host that wrote the step which it waited for. */
export async function act(cluster: EmbeddedCluster, { name, given }: Action, owner?: string): Promise<void> {
  const action = actions[name];
  if (action === undefined) throw new Error(`nobody can ${name}`);
  cluster.tell('', `> ${[name, ...given].join(' ')}`);
  await action(cluster, given, owner);
}

type Doing = (cluster: EmbeddedCluster, given: string[], owner?: string) => void | Promise<void>;

const eachHost =
  (work: (cluster: EmbeddedCluster, host: string) => void): Doing =>
  (cluster, hosts) => {
    for (const host of hosts.length === 0 ? cluster.hosts.keys() : hosts) work(cluster, host);
  };

const startFault =
  (kind: 'fails' | 'hangs' | 'hangs-undying'): Doing =>
  (cluster, [vm = '', host = '', times]) => {
    const fault = { kind, ...(times === undefined ? {} : { times: Number(times) }) };
    setStartFault(cluster, vm, host, fault);
  };

const diskFault =
  (fault: DiskFault | undefined): Doing =>
  (cluster, [home = '']) =>
    setDiskFault(cluster, home, fault);

/** Hosts, all of them where none is named. */
const actions: Record<string, Doing> = {
  kill: eachHost((cluster, host) => cluster.kill(host)),
  crash: eachHost((cluster, host) => cluster.crash(host)),
  boot: eachHost((cluster, host) => cluster.powerOn(host)),
  shutdown: (cluster, [host = '']) => {
    void cluster.shutDown(host);
  },
  'kill-owner': (cluster, _given, owner = '') => cluster.kill(owner),
  /** Only the program, not its host. */
  'kill-takeover': (cluster, _given, owner = '') => {
    cluster.servicesOf(owner)?.killOwner();
  },
  partition,
  'cut-link': (cluster, [link = '0', host]) => cutLink(cluster, Number(link), host),
  heal: healNetwork,
  'start-fails': startFault('fails'),
  'start-hangs': startFault('hangs'),
  'start-hangs-undying': startFault('hangs-undying'),
  'starts-work': eachHost((cluster, host) => cluster.host(host).startFaults.clear()),
  'fencing-fails': eachHost((cluster, host) => {
    cluster.host(host).fencing = 'fails';
  }),
  'fencing-works': eachHost((cluster, host) => {
    cluster.host(host).fencing = 'works';
  }),
  'confirm-fenced': async (cluster, [target = '']) => {
    const confirming = [...cluster.hosts.values()]
      .flatMap(({ boot }) => boot ?? [])
      .find((boot) => boot.host !== target && cluster.engine.hasQuorum(boot));
    if (confirming === undefined) throw new Error('nobody has quorum');
    await confirmFence(cluster.program(confirming).host, target, 'scenario');
  },
  /** From then on they have an e-mail address and a webhook. */
  'set-notifications': async (cluster, [host = '']) => {
    const { boot } = cluster.host(host);
    if (boot === undefined) throw new Error(`${host} is off`);
    const settings = {
      email: { to: ['ops@example.net'] },
      webhook: { url: 'https://hooks.example.net/services/T0/secret' },
    };
    await setNotifications(cluster.program(boot).host, settings, { revision: 0, by: 'scenario' });
  },
  'libvirt-dies': eachHost((cluster, host) => {
    cluster.host(host).hypervisorAnswers = false;
  }),
  'libvirt-returns': eachHost((cluster, host) => {
    cluster.host(host).hypervisorAnswers = true;
  }),
  'vm-shutdown': (cluster, [vm = '']) => shutDownVm(cluster, vm),
  'vm-start': (cluster, [vm = '', host = '']) => {
    const { boot } = cluster.host(host);
    if (boot === undefined) return;
    startVm(cluster, vm, boot).catch((error: unknown) => {
      cluster.tell(host, `${vm} was not started by hand: ${String(error)}`);
    });
  },
  /** By somebody who copied its definition there. */
  adopt: async (cluster, [vm = '', host = '']) => {
    const { uuid } = cluster.guests.named(vm);
    const { boot } = cluster.host(host);
    const domain = [...cluster.hosts.values()].flatMap(({ domains }) => domains.get(uuid) ?? [])[0];
    if (boot === undefined || domain === undefined) throw new Error(`${host} cannot adopt ${vm}`);
    const { hypervisor } = cluster.program(boot).host;
    await hypervisor.define(uuid, domain.content);
    await hypervisor.start(uuid);
  },
  'fill-disk': (cluster, [home = '']) => fillDisk(cluster, home),
  'read-only-disk': diskFault('read-only'),
  'unreadable-disk': diskFault('unreadable'),
  'lose-disk': diskFault('gone'),
  'repair-disk': diskFault(undefined),
  'repair-disks': (cluster) => {
    for (const home of cluster.disks.keys()) setDiskFault(cluster, home, undefined);
  },
  tamper: async (cluster, [vm = '']) => {
    await changeDefinition(cluster, vm, tamperedText);
  },
  'cut-short': async (cluster, [vm = '']) => {
    await changeDefinition(cluster, vm, (text) => text.slice(0, text.length / 2));
  },
};
