// Values as structured clone sends them, as a JSON string. Runs in Node and in the page.
export function createCodec() {
  const TAG = '$double';

  function pack(value) {
    if (value === undefined) return { [TAG]: 'undefined' };
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    if (typeof value === 'number')
      return Number.isFinite(value) ? value : { [TAG]: 'number', text: String(value) };
    if (Array.isArray(value)) return value.map(pack);
    if (value instanceof Date) return { [TAG]: 'date', time: value.getTime() };
    if (value instanceof Error) return { [TAG]: 'error', name: value.name, message: value.message };
    const prototype = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
    if (prototype === null || prototype?.constructor?.name === 'Object') {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pack(item)]));
    }
    throw new Error(`Electron double: a ${prototype?.constructor?.name ?? typeof value} cannot be sent`);
  }

  function unpack(value) {
    if (Array.isArray(value)) return value.map(unpack);
    if (value === null || typeof value !== 'object') return value;
    switch (value[TAG]) {
      case 'undefined':
        return undefined;
      case 'number':
        return Number(value.text);
      case 'date':
        return new Date(value.time);
      case 'error':
        return Object.assign(new Error(value.message), { name: value.name });
      default:
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unpack(item)]));
    }
  }

  return {
    // structuredClone first: what it refuses (functions, symbols), Electron's IPC refuses too.
    encode: (value) => JSON.stringify(pack(structuredClone(value))),
    decode: (text) => unpack(JSON.parse(text)),
  };
}
