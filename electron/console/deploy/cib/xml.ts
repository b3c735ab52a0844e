import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { z } from 'zod';

/** An element without text: all that a CIB consists of. */
export interface XmlElement {
  tag: string;
  attributes: Record<string, string>;
  children: XmlElement[];
}

export function element(
  tag: string,
  attributes: Record<string, string>,
  children: readonly XmlElement[] = [],
): XmlElement {
  return { tag, attributes, children: [...children] };
}

type Ordered = { [tag: string]: unknown };

const builder = new XMLBuilder({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  format: true,
  suppressEmptyNode: true,
});
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  processEntities: true,
  // A password may begin or end with a space.
  trimValues: false,
});

/** Indented; attribute values are escaped. */
export function toXml(root: XmlElement): string {
  return `${String(builder.build([toOrdered(root)])).trim()}\n`;
}

const orderedSchema = z.array(z.record(z.string(), z.unknown()));

/** The root element; throws if there is none. */
export function parseXml(text: string): XmlElement {
  const roots = fromOrdered(orderedSchema.parse(parser.parse(text)));
  const root = roots.find((one) => !one.tag.startsWith('?'));
  if (root === undefined) throw new SyntaxError('This XML has no root element.');
  return root;
}

/** All elements below (and including) `root` for which `test` holds. */
export function findAll(root: XmlElement, test: (one: XmlElement) => boolean): XmlElement[] {
  return [...(test(root) ? [root] : []), ...root.children.flatMap((child) => findAll(child, test))];
}

function toOrdered(one: XmlElement): Ordered {
  return { [one.tag]: one.children.map(toOrdered), ':@': one.attributes };
}

function fromOrdered(nodes: readonly Ordered[]): XmlElement[] {
  return nodes.flatMap((node) => {
    const tag = Object.keys(node).find((key) => key !== ':@');
    if (tag === undefined || tag === '#text') return [];
    const children = orderedSchema.safeParse(node[tag]);
    return [
      {
        tag,
        attributes: z.record(z.string(), z.string()).catch({}).parse(node[':@']),
        children: children.success ? fromOrdered(children.data) : [],
      },
    ];
  });
}
