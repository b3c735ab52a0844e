import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Definition, decodeDefinition, encodeDefinition } from './format.ts';

const key = Buffer.alloc(32, 7);
const definition: Definition = {
  clusterId: 'c1',
  host: 'n1',
  uuid: 'fd29d487-c3e2-4a4f-a031-b26a934ddaaf',
  name: 'web "a" Ü <&>',
  savedAt: 1_700_000_000_000,
  hash: 'ab'.repeat(32),
  memory: 167_772_160,
  vcpus: 2,
  autostart: false,
  content: {
    xml: '<domain>\u00fc\n</domain>\n',
    nvram: Buffer.from([0, 255, 1, 128]),
    tpm: [{ path: 'tpm2/tpm2-00.permall', bytes: Buffer.from('state') }],
  },
};
const encoded = encodeDefinition(definition, key);

describe('a definition', () => {
  it('comes back as it was, NVRAM and TPM state to the byte', () => {
    expect(decodeDefinition(encoded, key)).toEqual({ state: 'good', definition });
  });

  it('is believed whatever order its keys stand in', () => {
    const reversed = Object.fromEntries(Object.entries(JSON.parse(encoded.toString())).reverse());
    expect(decodeDefinition(Buffer.from(JSON.stringify(reversed)), key).state).toBe('good');
  });

  it('is refused when signed with another key', () => {
    expect(decodeDefinition(encoded, Buffer.alloc(32, 8)).state).toBe('tampered');
  });

  it.each(['name', 'host', 'uuid', 'clusterId', 'xml', 'hash'])(
    'is refused when its %s was changed',
    (field) => {
      const changed = JSON.parse(encoded.toString());
      changed[field] = field === 'uuid' ? 'b2f81a63-7b02-4484-808c-1cb4f814d9f5' : `${changed[field]}x`;
      expect(decodeDefinition(Buffer.from(JSON.stringify(changed)), key).state).toBe('tampered');
    },
  );

  it('is unreadable cut short at any byte', () => {
    // The last byte is the newline, without which it is whole.
    for (let length = 0; length < encoded.length - 1; length++) {
      expect(decodeDefinition(encoded.subarray(0, length), key).state).toBe('unreadable');
    }
  });

  it('never accepts changed bytes as something else, and never throws', () => {
    fc.assert(
      fc.property(fc.nat(encoded.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(encoded);
        changed[at] = (changed[at] ?? 0) ^ flip;
        const verdict = decodeDefinition(changed, key);
        // A changed newline at the end changes nothing; everything else must be refused.
        const accepted = verdict.state === 'good' ? verdict.definition : definition;
        expect(accepted).toEqual(definition);
      }),
      { numRuns: 3000 },
    );
  });

  it('takes no path that leads out of its folder', () => {
    for (const path of ['../x', 'a/../../x', '/etc/passwd', '..']) {
      const bad = {
        ...definition,
        content: { ...definition.content, tpm: [{ path, bytes: Buffer.from('x') }] },
      };
      expect(decodeDefinition(encodeDefinition(bad, key), key).state).toBe('unreadable');
    }
  });
});
