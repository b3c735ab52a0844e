import { z } from 'zod';
import { type JournalEvent, journalLineSchema } from '../../../src/host/takeover/journalEvents.ts';

const lineSchema = z.object({ body: journalLineSchema });
const journals = ['takeover/journal.jsonl', 'takeover/journal.new'];

/** The steps in what was just written to a file of a quorum disk. */
export function stepsIn(path: string, data: string): JournalEvent[] {
  if (!journals.includes(path)) return [];
  return data
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => lineSchema.parse(JSON.parse(line)).body.event);
}

/** `name`: of a VM, by uuid. */
export function stepText(event: JournalEvent, name: (uuid: string) => string): string {
  switch (event.what) {
    case 'begun':
      return `begun by ${event.owner} (${event.kind} of ${event.homes.join(' ')}): ${event.loss}`;
    case 'surveyed':
      return event.silent.length === 0 ? 'surveyed' : `surveyed, silent: ${event.silent.join(' ')}`;
    case 'planned':
      return `planned ${event.vms.map((vm) => `${vm.name}: ${vm.host ?? 'down'}`).join(', ')}`;
    case 'starting':
    case 'handed':
      return `${event.what} ${event.name} on ${event.host}`;
    case 'started':
    case 'elsewhere':
      return `${event.what} ${name(event.uuid)} on ${event.host}`;
    case 'failed':
    case 'lost':
      return `${event.what} ${name(event.uuid)} on ${event.host}: ${event.reason}`;
    case 'hung':
      return `hung ${name(event.uuid)} on ${event.host}${event.stopped ? ', stopped' : ''}: ${event.reason}`;
    case 'refused':
    case 'down':
      return `${event.what} ${name(event.uuid)}: ${event.reason}`;
    case 'ended':
      return 'ended';
  }
}
