import type { DispatchCallResult } from '../../contract/dispatchProtocol.ts';
import { toErrorInfo } from '../../contract/errors.ts';
import { DefinitionStore } from '../definitions/store.ts';
import type { Host } from '../host.ts';
import { sync } from '../sync/sync.ts';

type Answer = DispatchCallResult<'vm.secured'>;

/** Syncs, then looks whether the definition of a VM is on this host's own quorum disk as it is now. */
export async function secured(host: Host, uuid: string): Promise<Answer> {
  const no = (reason: string): Answer => ({ secured: false, reason });
  try {
    const config = await host.config();
    if (config === undefined) return no('This host belongs to no cluster.');
    const { nodeName: home, clusterId } = config;
    const { problems } = await sync(host);
    const disk = (await host.quorumDisks.mounted()).find((each) => each.home === home);
    if (disk === undefined) return no(`The quorum disk of ${home} is not mounted there.`);
    const vm = (await host.hypervisor.vms()).find((each) => each.uuid === uuid);
    if (vm === undefined) return no(`${home} does not have this VM.`);
    const store = new DefinitionStore({
      folder: disk.folder,
      home,
      clusterId,
      key: await host.clusterKey(),
    });
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
