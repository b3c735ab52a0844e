import { XMLParser } from 'fast-xml-parser';
import { MinimeError } from '../contract/errors.ts';

/**
 * One element as fast-xml-parser gives it: attributes under `@name`, children under their names, text under `#`. The
 * output of tools is not trusted to have any of them.
 */
export interface XmlNode {
  readonly [key: string]: unknown;
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#',
  alwaysCreateTextNode: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: true,
});

/** Parses a document and returns its root, which must be `root`. Throws `invalid-input`. */
export function parseXml(document: string, root: string): XmlNode {
  let parsed: unknown;
  try {
    parsed = parser.parse(document, true);
  } catch (error) {
    throw new MinimeError(
      {
        kind: 'invalid-input',
        message: `Not well-formed XML where <${root}> was expected.`,
        details: String(error),
      },
      { cause: error },
    );
  }
  const node = isNode(parsed) ? parsed[root] : undefined;
  if (isNode(node)) return node;
  throw new MinimeError({
    kind: 'invalid-input',
    message: `XML without <${root}>.`,
    details: document.slice(0, 500),
  });
}

const isNode = (value: unknown): value is XmlNode =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function children(node: XmlNode | undefined, name: string): XmlNode[] {
  const value = node?.[name];
  if (Array.isArray(value)) return value.filter(isNode);
  return isNode(value) ? [value] : [];
}

export const child = (node: XmlNode | undefined, name: string): XmlNode | undefined =>
  children(node, name)[0];

/** Empty if there is none. */
export function attribute(node: XmlNode | undefined, name: string): string {
  const value = node?.[`@${name}`];
  return typeof value === 'string' ? value : '';
}

/** Empty if there is none; without blanks around it. */
export function text(node: XmlNode | undefined): string {
  const value = node?.['#'];
  return typeof value === 'string' ? value.trim() : '';
}
