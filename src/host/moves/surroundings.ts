import type { Policy } from '../../contract/policy.ts';
import { type HostSurvey, memoryNeeded } from '../../contract/survey.ts';
import { type Host, nodeNameOf } from '../host.ts';
import { policyOf, readPolicy } from '../policy/policy.ts';
import { PortabilityReader } from '../portability/reader.ts';
import { survey } from '../takeover/survey.ts';
import { disksAreShared, liveFitness } from './fitness.ts';
import type { VmsHere } from './moveList.ts';

/** All that a round of moves goes by, fresh. */
export interface Surroundings extends VmsHere {
  self: string;
  /** Online, this host included. */
  members: readonly string[];
  surveys: readonly HostSurvey[];
  silent: readonly { host: string; unavailable: string }[];
  policy: Policy;
  runsHere(uuid: string): boolean;
  runsOn(uuid: string, host: string): boolean;
  /** Whether it runs there or not. */
  isOn(uuid: string, host: string): boolean;
}

/** Rejects with `unreachable` while the hypervisor or the engine of this host does not answer. */
export async function surroundingsOf(host: Host): Promise<Surroundings> {
  const [self, state, vms, usage, view, revision] = await Promise.all([
    nodeNameOf(host),
    host.engine.state(),
    host.hypervisor.vms(),
    host.hypervisor.usage(),
    new PortabilityReader(host).view(),
    readPolicy(host),
  ]);
  const members = state.members.filter(({ online }) => online).map(({ name }) => name);
  const { surveys, silent } = await survey(host.peers, host.clock, members);
  const runsOn = (uuid: string, there: string): boolean =>
    surveys.some((each) => each.host === there && each.running.some((vm) => vm.uuid === uuid));
  const own = surveys.find((each) => each.host === self);
  const measured = new Map(own?.running.map((vm) => [vm.uuid, vm.cpuPercent]));
  const resident = new Map(usage.map(({ uuid, memoryUsed }) => [uuid, memoryUsed]));
  return {
    self,
    members,
    surveys,
    silent,
    policy: policyOf(revision),
    vms,
    candidateOf: (vm) => {
      const cpuPercent = measured.get(vm.uuid);
      return {
        uuid: vm.uuid,
        name: vm.name,
        memory: memoryNeeded(vm.spec.memory, resident.get(vm.uuid)),
        vcpus: vm.spec.vcpus,
        ...(cpuPercent === undefined ? {} : { cpuPercent }),
        ...liveFitness(vm, view),
      };
    },
    sharedDisks: (vm) => disksAreShared(vm, view),
    runsHere: (uuid) => vms.some((vm) => vm.uuid === uuid && ['running', 'paused'].includes(vm.state)),
    runsOn,
    isOn: (uuid, there) =>
      runsOn(uuid, there) ||
      surveys.some(({ host: name, defined }) => name === there && defined?.includes(uuid) === true),
  };
}
