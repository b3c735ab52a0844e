/** Names that Node, Playwright and await look for on any object; absence is an answer to them. */
const probed = new Set(['then', 'toJSON', 'constructor', 'nodeType', 'default', '__esModule']);

/** Whatever this double does not know has to be noticed: reading it throws, by name, instead of giving undefined. */
export function strict<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(object, key) {
      if (typeof key === 'symbol' || key in object || probed.has(key)) {
        const value: unknown = Reflect.get(object, key);
        return value;
      }
      throw new Error(`Electron double: ${name}.${key} is not implemented`);
    },
  });
}

/** A whole module of Electron that this double does not know. */
export function unknownModule(name: string): object {
  const fail = (key: string | symbol): never => {
    throw new Error(`Electron double: ${name}${typeof key === 'string' ? `.${key}` : ''} is not implemented`);
  };
  return new Proxy(function absent() {}, {
    get: (_object, key) => (typeof key === 'symbol' || probed.has(key) ? undefined : fail(key)),
    apply: () => fail(Symbol()),
    construct: () => fail(Symbol()),
  });
}
