// One side of contextBridge. Values are copied to the other world; functions become functions that call
// back into the world they came from; promises stay promises. Both worlds hear the events of one window, whose detail
// the browser clones; they take turns synchronously.
export function crossing(own, other) {
  const functions = new Map();
  const promises = new Map();
  let lastId = 0;

  const say = (message) => window.dispatchEvent(new CustomEvent(other, { detail: message }));

  function pack(value) {
    if (typeof value === 'function') {
      functions.set(++lastId, value);
      return { type: 'function', id: lastId };
    }
    if (value instanceof Promise) {
      const id = ++lastId;
      value.then(
        (result) => say({ type: 'settled', id, ok: true, value: pack(result) }),
        (error) => say({ type: 'settled', id, ok: false, value: pack(error) }),
      );
      return { type: 'promise', id };
    }
    if (value instanceof Error) return { type: 'error', message: value.message };
    if (Array.isArray(value)) return { type: 'array', items: value.map(pack) };
    // Only own enumerable properties cross: of an instance of a class, its methods stay behind.
    if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
      return { type: 'object', entries: Object.entries(value).map(([key, item]) => [key, pack(item)]) };
    }
    return { type: 'plain', value };
  }

  function unpack(packed) {
    switch (packed.type) {
      case 'function':
        return (...args) => call(packed.id, args);
      case 'promise':
        return new Promise((resolve, reject) => promises.set(packed.id, { resolve, reject }));
      case 'error':
        return new Error(packed.message);
      case 'array':
        return packed.items.map(unpack);
      case 'object':
        return Object.fromEntries(packed.entries.map(([key, item]) => [key, unpack(item)]));
      default:
        return packed.value;
    }
  }

  /** The answer arrives while the call is being dispatched. */
  let answer;
  function call(id, args) {
    say({ type: 'call', id, args: args.map(pack) });
    const { ok, value } = answer;
    if (!ok) throw unpack(value);
    return unpack(value);
  }

  window.addEventListener(own, ({ detail: message }) => {
    if (message.type === 'call') {
      let result;
      try {
        result = { ok: true, value: pack(functions.get(message.id)(...message.args.map(unpack))) };
      } catch (error) {
        result = { ok: false, value: pack(error) };
      }
      say({ type: 'answer', ...result });
    } else if (message.type === 'answer') {
      answer = message;
    } else if (message.type === 'settled') {
      const { resolve, reject } = promises.get(message.id);
      promises.delete(message.id);
      (message.ok ? resolve : reject)(unpack(message.value));
    }
  });

  return { pack, unpack, say };
}
