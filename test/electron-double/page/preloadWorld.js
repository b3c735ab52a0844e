// Runs in an isolated world of the top frame; `binding` is the name of the function that reaches Node.
export function preloadWorld({ codec, crossing, own, other, binding, preload }) {
  if (window !== window.top) return;
  const { pack, say } = crossing(own, other);
  const toMain = (message) => globalThis[binding](codec.encode(message));

  const calls = new Map();
  const listeners = new Map();
  let lastCall = 0;

  class IpcRenderer {
    invoke(channel, ...args) {
      const id = ++lastCall;
      return new Promise((resolve, reject) => {
        toMain({ type: 'invoke', id, channel, args });
        calls.set(id, { resolve, reject });
      });
    }
    send(channel, ...args) {
      toMain({ type: 'send', channel, args });
    }
    on(channel, listener) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return this;
    }
    removeListener(channel, listener) {
      listeners.set(
        channel,
        (listeners.get(channel) ?? []).filter((other) => other !== listener),
      );
      return this;
    }
  }

  globalThis.electronDoubleReceive = (text) => {
    const message = codec.decode(text);
    if (message.type === 'event') {
      for (const listener of listeners.get(message.channel) ?? []) listener({}, ...message.args);
      return;
    }
    const { resolve, reject } = calls.get(message.id);
    calls.delete(message.id);
    if (message.ok) resolve(message.value);
    else reject(new Error(message.value));
  };

  window.addEventListener(own, ({ detail: message }) => {
    if (message.type === 'open') toMain(message);
  });

  const byName = (name, known) =>
    new Proxy(known, {
      get(object, key) {
        if (typeof key === 'symbol' || key in object) return object[key];
        throw new Error(`Electron double: ${name}.${key} is not implemented`);
      },
    });

  const contextBridge = {
    exposeInMainWorld(name, api) {
      say({ type: 'expose', name, value: pack(api) });
    },
  };
  const electron = byName('preload electron', {
    contextBridge: byName('contextBridge', contextBridge),
    ipcRenderer: byName('ipcRenderer', new IpcRenderer()),
  });
  const require = (module) => {
    if (module === 'electron') return electron;
    throw new Error(`Electron double: a sandboxed preload cannot require ${module}`);
  };
  const process = byName('preload process', { type: 'renderer', sandboxed: true, contextIsolated: true });
  preload(require, { exports: {} }, {}, process);
}
