import { element, type XmlElement } from './xml.ts';

/** The same CIB for the review: values of the named parameters replaced. */
export function masked(root: XmlElement, secretParameters: ReadonlySet<string>): XmlElement {
  const { name } = root.attributes;
  const hide = root.tag === 'nvpair' && name !== undefined && secretParameters.has(name);
  return element(
    root.tag,
    hide ? { ...root.attributes, value: '(secret)' } : root.attributes,
    root.children.map((child) => masked(child, secretParameters)),
  );
}
