import type { Definition } from '../definitions/format.ts';
import type { Host } from '../host.ts';
import type { VmRecord } from '../ports/hypervisor.ts';
import { rememberedAutostart } from '../takeover/autostart.ts';

/** The definition of a VM of this host, `nodeName`, as its hypervisor has it now. Rejects if the hypervisor does not tell. */
export async function ownDefinition(
  host: Host,
  { nodeName, clusterId }: { nodeName: string; clusterId: string },
  vm: VmRecord,
): Promise<Definition> {
  return {
    clusterId,
    host: nodeName,
    uuid: vm.uuid,
    name: vm.name,
    savedAt: host.clock.now(),
    hash: vm.definitionHash,
    memory: vm.spec.memory,
    vcpus: vm.spec.vcpus,
    autostart: vm.autostart || (await rememberedAutostart(host)).has(vm.uuid),
    content: await host.hypervisor.content(vm.uuid),
  };
}
