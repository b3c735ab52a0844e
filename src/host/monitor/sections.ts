import type { SectionName, Sections } from '../../contract/hostState.ts';
import type { Host } from '../host.ts';
import { PortabilityReader } from '../portability/reader.ts';
import { readCluster } from '../sections/cluster.ts';
import { readHistorySection } from '../sections/history.ts';
import { LoadReader } from '../sections/load.ts';
import { readPolicySection } from '../sections/policy.ts';
import { QuorumDisksReader } from '../sections/quorumDisks.ts';
import { readSystem } from '../sections/system.ts';
import { readTakeoverSection } from '../sections/takeover.ts';
import { VmsReader } from '../sections/vms.ts';

export type SectionReaders = { [K in SectionName]: () => Promise<Sections[K]> };

/** The readers of one host; they remember what they need to tell differences and changes. */
export function sectionReaders(host: Host): SectionReaders {
  const vms = new VmsReader(host, new PortabilityReader(host));
  const load = new LoadReader(host);
  const quorumDisks = new QuorumDisksReader(host);
  // What the definitions on the disk are compared with; unknown VMs compare with nothing.
  let hashes: ReadonlyMap<string, string> | undefined;
  let names: ReadonlyMap<string, string> = new Map();
  const readVms = async (): Promise<Sections['vms']> => {
    try {
      const section = await vms.read();
      names = new Map(section.vms.map(({ uuid, name }) => [uuid, name]));
      const known = section.vms.filter(({ state }) => state !== 'unknown');
      hashes =
        known.length < section.vms.length
          ? undefined
          : new Map(known.map(({ uuid, definitionHash }) => [uuid, definitionHash]));
      return section;
    } catch (error) {
      hashes = undefined;
      throw error;
    }
  };
  return {
    system: () => readSystem(host),
    load: () => load.read(),
    vms: readVms,
    cluster: () => readCluster(host),
    quorumDisks: () => quorumDisks.read(hashes),
    policy: () => readPolicySection(host, (uuid) => names.get(uuid) ?? uuid),
    takeover: () => readTakeoverSection(host),
    history: () => readHistorySection(host),
  };
}
