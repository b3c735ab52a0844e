import { type Definition, encodeDefinition } from '../definitions/format.ts';
import type { GoodDefinition } from './homeDisk.ts';

/** A definition that is believed, signed for the host that is to start it. */
export function goodDefinition(definition: Definition, key: Buffer): GoodDefinition {
  const { uuid, name, memory, vcpus, autostart, savedAt } = definition;
  const file = encodeDefinition(definition, key);
  return { state: 'good', uuid, name, memory, vcpus, autostart, savedAt, file };
}
