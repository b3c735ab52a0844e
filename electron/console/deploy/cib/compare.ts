import { findAll, type XmlElement } from './xml.ts';

/**
 * Whether everything `wanted` holds is in `live` with equal attributes. Elements are matched by id, those without one
 * by their tag; what else is in the live CIB (policy, the admin's own resources) does not matter.
 */
export function holds(live: XmlElement, wanted: XmlElement): boolean {
  const byId = new Map(
    findAll(withoutStatus(live), (one) => one.attributes['id'] !== undefined).map((one) => [
      one.attributes['id'],
      one,
    ]),
  );
  const equal = (one: XmlElement): boolean => {
    const { id } = one.attributes;
    if (id === undefined) return one.children.every(equal);
    const there = byId.get(id);
    return (
      there !== undefined &&
      there.tag === one.tag &&
      Object.entries(one.attributes).every(([name, value]) => there.attributes[name] === value) &&
      one.children.every(equal)
    );
  };
  return equal(wanted);
}

/** Whether an element of that tag and id is there at all. */
export function hasElement(live: XmlElement, wanted: XmlElement): boolean {
  const { id } = wanted.attributes;
  return (
    findAll(withoutStatus(live), (one) => one.tag === wanted.tag && one.attributes['id'] === id).length > 0
  );
}

/** The status section repeats the ids of resources. */
function withoutStatus(cib: XmlElement): XmlElement {
  return { ...cib, children: cib.children.filter((part) => part.tag !== 'status') };
}
