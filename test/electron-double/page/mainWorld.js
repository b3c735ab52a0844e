// Runs in the page's own world before any of its scripts.
export function mainWorld(crossing, own, other) {
  if (window !== window.top) return;
  const { unpack, say } = crossing(own, other);

  const freeze = (value) => {
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze);
    return Object.freeze(value);
  };

  window.addEventListener(own, ({ detail: message }) => {
    if (message.type !== 'expose') return;
    const value = freeze(unpack(message.value));
    Object.defineProperty(window, message.name, {
      value,
      enumerable: true,
      writable: false,
      configurable: false,
    });
  });

  // A headless browser that really opens a window hangs now and then, so the question goes straight to the handler.
  const askToOpen = (url) => say({ type: 'open', url: new URL(url, location.href).href });
  window.open = (url = 'about:blank') => {
    askToOpen(url);
    return null;
  };
  window.addEventListener(
    'click',
    (event) => {
      const link = event.target instanceof Element ? event.target.closest('a[target="_blank"]') : null;
      if (link === null || event.defaultPrevented) return;
      event.preventDefault();
      askToOpen(link.href);
    },
    false,
  );
}
