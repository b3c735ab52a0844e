import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentPath, documentXml, encode, parseDocuments } from './documents.ts';

const wrap = (...sets: string[]): string => `<crm_config>${sets.join('')}</crm_config>`;

describe('documents in the CIB', () => {
  it('survive whatever is in them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(encode(text)).toMatch(/^[ -~]*$/);
        expect(parseDocuments(wrap(documentXml('policy-1', text)), 'policy-').get('policy-1')).toBe(text);
      }),
    );
  });

  it('are kept in letters that Pacemaker leaves as they are', () => {
    expect(encode('{"a":"Müller & <Söhne>"}\n')).toBe('{%22a%22:%22M%C3%BCller %26 %3CS%C3%B6hne%3E%22}%0A');
  });

  it('are found by the beginning of their names, among properties of others', () => {
    const others =
      '<cluster_property_set id="cib-bootstrap-options"><nvpair id="x" name="y" value="z"/></cluster_property_set>';
    const xml = wrap(others, documentXml('policy-7', 'seven'), documentXml('maintenance-n1', 'm'));
    expect([...parseDocuments(xml, 'policy-')]).toEqual([['policy-7', 'seven']]);
    expect([...parseDocuments(xml, '').keys()]).toEqual(['policy-7', 'maintenance-n1']);
  });

  it('are removed by a path that nothing in them can leave', () => {
    expect(documentPath('takeover-lock', `']|//*['`)).toBe(
      "//crm_config/cluster_property_set[@id='minime-document-takeover-lock'][nvpair[@value='%27]|//*[%27']]",
    );
    expect(() => documentPath("x']")).toThrow(RangeError);
  });

  it('have to leave Pacemaker room for its own', () => {
    expect(() => documentXml('policy-1', 'x'.repeat(200_001))).toThrow('too big');
  });
});
