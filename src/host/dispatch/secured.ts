import type { DispatchCallResult } from '../../contract/dispatchProtocol.ts';
import { toErrorInfo } from '../../contract/errors.ts';
import type { Finding } from '../../contract/finding.ts';
import { DefinitionStore } from '../definitions/store.ts';
import type { Host } from '../host.ts';
import { nextTurn } from '../nextTurn.ts';
import type { VmRecord } from '../ports/hypervisor.ts';
import { sync } from '../sync/sync.ts';

type Answer = DispatchCallResult<'vm.secured'>;

/** What one sync and one look at the hypervisor tell of all VMs. */
interface Look {
  home: string;
  problems: readonly Finding[];
  /** The host's own quorum disk; undefined: it is not mounted here. */
  store: DefinitionStore | undefined;
  vms: readonly VmRecord[];
}

/** A takeover asks for each of its VMs, and a sync is about all of a host. */
const looks = new WeakMap<Host, () => Promise<Look | undefined>>();

function lookOf(host: Host): () => Promise<Look | undefined> {
  const known = looks.get(host) ?? nextTurn(() => look(host));
  looks.set(host, known);
  return known;
}

/** Undefined on a host without a cluster. */
async function look(host: Host): Promise<Look | undefined> {
  const config = await host.config();
  if (config === undefined) return undefined;
  const { nodeName: home, clusterId } = config;
  const { problems } = await sync(host);
  const disk = (await host.quorumDisks.mounted()).find((each) => each.home === home);
  const vms = await host.hypervisor.vms();
  const key = await host.clusterKey();
  const store = disk && new DefinitionStore({ folder: disk.folder, home, clusterId, key });
  return { home, problems, store, vms };
}

/** Syncs, then looks whether the definition of a VM is on this host's own quorum disk as it is now. */
export async function secured(host: Host, uuid: string): Promise<Answer> {
  const no = (reason: string): Answer => ({ secured: false, reason });
  try {
    const found = await lookOf(host)();
    if (found === undefined) return no('This host belongs to no cluster.');
    const { home, problems, store, vms } = found;
    if (store === undefined) return no(`The quorum disk of ${home} is not mounted there.`);
    const vm = vms.find((each) => each.uuid === uuid);
    if (vm === undefined) return no(`${home} does not have this VM.`);
    const verdict = await store.read(uuid);
    if (verdict.state !== 'good') return no(verdict.cause);
    const failed = problems.find(({ severity }) => severity === 'error');
    // A VM that boots writes its NVRAM all the time: what the sync has just seen is current.
    if (failed === undefined || verdict.definition.hash === vm.definitionHash) return { secured: true };
    return no(failed.title);
  } catch (error) {
    // A disk that is gone or full, a definition that is not there yet: reasons to try again later, not defects.
    return no(toErrorInfo(error).message);
  }
}
