import { type HostStatus, type SectionName, sectionNames } from '../../contract/hostState.ts';
import type { Host } from '../host.ts';
import { findingOf } from '../sections/system.ts';
import type { SectionReaders } from './sections.ts';

/** Everything at once. A section that cannot be read is left out and explained, and hides no other. */
export async function readStatus(host: Host, readers: SectionReaders): Promise<HostStatus> {
  const status: HostStatus = { at: 0, sections: {}, errors: [] };
  const read = async (name: SectionName): Promise<void> => {
    try {
      Object.assign(status.sections, { [name]: await readers[name]() });
    } catch (error) {
      host.log.error({ error, section: name }, 'a section could not be read');
      status.errors.push(findingOf(error, { id: `section-${name}`, severity: 'error', subject: name }));
    }
  };
  // The quorum disks are compared with the VMs, so these come first.
  await Promise.all(sectionNames.filter((name) => name !== 'quorumDisks').map(read));
  await read('quorumDisks');
  status.at = host.clock.now();
  return status;
}
