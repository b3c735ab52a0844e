import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from './configuration.ts';
import { documentPath, documentXml, encode } from './documents.ts';

const documentsIn = (...sets: string[]): ReadonlyMap<string, string> =>
  parseConfiguration(`<configuration><crm_config>${sets.join('')}</crm_config></configuration>`).documents;

describe('documents in the CIB', () => {
  it('survive whatever is in them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(encode(text)).toMatch(/^[ -~]*$/);
        expect(documentsIn(documentXml('policy-1', text)).get('policy-1')).toBe(text);
      }),
    );
  });

  it('are kept in letters that Pacemaker leaves as they are', () => {
    expect(encode('{"a":"Müller & <Söhne>"}\n')).toBe('{%22a%22:%22M%C3%BCller %26 %3CS%C3%B6hne%3E%22}%0A');
  });

  it('are told from properties of others', () => {
    const others =
      '<cluster_property_set id="cib-bootstrap-options"><nvpair id="x" name="y" value="z"/></cluster_property_set>';
    expect([...documentsIn(others, documentXml('policy-7', 'seven'))]).toEqual([['policy-7', 'seven']]);
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
