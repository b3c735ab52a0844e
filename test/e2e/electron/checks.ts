import { expect } from 'vitest';
import type { ConsoleBridge } from '../../../src/contract/consoleApi.ts';
import type { Shell } from './shell.ts';

export { passwordsGoToTheHostOnly } from './secrets.ts';

/**
 * What must hold of the running shell. Each check is run on the shell as it is built, where it must pass, and on
 * copies broken on purpose, where it must fail.
 */
export type Check = (shell: Shell) => Promise<void>;

declare global {
  interface Window {
    inlineScriptRan?: boolean;
  }
}

/** The bridge, for code that runs in the page. */
declare const minime: ConsoleBridge;

export const windowIsSandboxed: Check = async ({ app }) => {
  const preferences = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => {
      // Electron has this method, but its types do not.
      const contents = window.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
      const { sandbox, contextIsolation, nodeIntegration, webviewTag, webSecurity } =
        contents.getLastWebPreferences();
      return { sandbox, contextIsolation, nodeIntegration, webviewTag, webSecurity: webSecurity ?? true };
    }),
  );
  expect(preferences).toEqual([
    { sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, webSecurity: true },
  ]);
};

export const pageHasNoNode: Check = async ({ page }) => {
  const found = await page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', 'global', '__dirname', 'electron', 'ipcRenderer'].filter(
      (name) => name in window,
    ),
  );
  expect(found).toEqual([]);
};

export const preloadGivesTheBridgeOnly: Check = async ({ page }) => {
  const surface = await page.evaluate(() => {
    const property = Object.getOwnPropertyDescriptor(window, 'minime');
    const members = Object.entries(minime).map(([name, value]) => `${name}: ${typeof value}`);
    return { members: members.sort(), writable: property?.writable, configurable: property?.configurable };
  });
  expect(surface).toEqual({
    members: ['call: function', 'onEvent: function', 'onLink: function'],
    writable: false,
    configurable: false,
  });
};

export const callsAreAnswered: Check = async ({ page }) => {
  const answer = await page.evaluate(() => minime.call('snapshot', {}));
  expect(answer).toMatchObject({ ok: true, value: { app: { shell: 'electron' } } });
};

export const badCallsAreRefused: Check = async ({ page }) => {
  const kinds = await page.evaluate(async () => {
    const call = (name: unknown, input?: unknown) =>
      minime.call(name as 'snapshot', input as Record<string, never>);
    const calls = [
      call('no.such.call', {}),
      call('__proto__', {}),
      call('constructor', {}),
      call(42, {}),
      call({ toString: 'snapshot' }, {}),
      call('hosts.remove', { hostId: 7 }),
      call('hosts.remove'),
      call('settings.set', { theme: 'loud' }),
      call('hosts.add', { address: '-oProxyCommand=x' }),
    ];
    const answers = await Promise.all(calls);
    return answers.map((answer) => (answer.ok ? 'carried out' : answer.error.kind));
  });
  expect(kinds.slice(0, 3)).toEqual(['unsupported', 'unsupported', 'unsupported']);
  expect(new Set(kinds.slice(3))).toEqual(new Set(['invalid-input']));
  // What cannot be cloned does not even leave the page.
  await expect(
    page.evaluate(() => minime.call('snapshot', { f: () => 1 } as unknown as Record<string, never>)),
  ).rejects.toThrow('could not be cloned');
};

/** A page that is not ours, with our preload: what a bug elsewhere would have to bring about first. */
export const strangersAreRefused: Check = async ({ app, page }) => {
  const answer = await app.evaluate(async ({ BrowserWindow }) => {
    const own = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): { preload: string };
    };
    const { preload } = own.getLastWebPreferences();
    const stranger = new BrowserWindow({ show: false, webPreferences: { preload } });
    try {
      await stranger.loadURL('data:text/html,<title>stranger</title>');
      return (await stranger.webContents.executeJavaScript("minime.call('snapshot', {})")) as unknown;
    } finally {
      stranger.destroy();
    }
  });
  expect(answer).toMatchObject({ ok: false, error: { kind: 'not-permitted' } });
  expect(await page.evaluate(async () => (await minime.call('snapshot', {})).ok)).toBe(true);
};

export const eventsArePushed: Check = async ({ page }) => {
  const names = await page.evaluate(async () => {
    const seen: string[] = [];
    const nextEvent = () =>
      new Promise<void>((resolve, reject) => {
        const end = minime.onEvent(() => {
          end();
          resolve();
        });
        setTimeout(() => reject(new Error('no event came')), 3000);
      });
    const end = minime.onEvent((event) => seen.push(event.name));
    const first = nextEvent();
    await minime.call('settings.set', { theme: 'dark' });
    await first;
    end();
    const second = nextEvent();
    await minime.call('settings.set', { theme: 'light' });
    await second;
    return seen;
  });
  expect(names).toEqual(['settings.changed']);
};

export const inlineCodeIsBlocked: Check = async ({ page }) => {
  const result = await page.evaluate(async () => {
    const directives: string[] = [];
    const blocked = (act: () => void) =>
      new Promise<void>((resolve) => {
        const done = (event: SecurityPolicyViolationEvent) => {
          directives.push(event.effectiveDirective);
          document.removeEventListener('securitypolicyviolation', done);
          resolve();
        };
        document.addEventListener('securitypolicyviolation', done);
        // Nothing is reported where nothing is blocked: then the next painted frame ends the wait.
        act();
        requestAnimationFrame(() => setTimeout(resolve, 200));
      });
    const add = (tag: string, attributes: Record<string, string>, text = '') => {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      element.textContent = text;
      document.body.append(element);
      return element;
    };
    await blocked(() => add('script', {}, 'window.inlineScriptRan = true'));
    await blocked(() => add('style', {}, '#inline-style { color: rgb(1, 2, 3) }'));
    await blocked(() => add('p', { style: 'color: rgb(1, 2, 3)', id: 'inline-style' }));
    await blocked(() => add('script', { src: 'https://example.org/x.js' }));
    await blocked(() => add('img', { src: 'https://example.org/x.png' }));
    await blocked(() => add('iframe', { src: 'https://example.org/' }));
    await blocked(() => void fetch('https://example.org/').catch(() => undefined));
    const paragraph = document.querySelector('#inline-style');
    const color = paragraph === null ? '' : getComputedStyle(paragraph).color;
    return { directives, ran: window.inlineScriptRan ?? false, styled: color === 'rgb(1, 2, 3)' };
  });
  expect(result).toEqual({
    directives: [
      'script-src-elem',
      'style-src-elem',
      'style-src-attr',
      'script-src-elem',
      'img-src',
      'frame-src',
      'connect-src',
    ],
    ran: false,
    styled: false,
  });
};

export const permissionsAreDenied: Check = async ({ page }) => {
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'camera', 'clipboard-read'] as PermissionName[];
    return await Promise.all(names.map(async (name) => (await navigator.permissions.query({ name })).state));
  });
  expect(states).toEqual(['denied', 'denied', 'denied']);
};

export const notificationsAreAllowed: Check = async ({ page }) => {
  expect(await page.evaluate(() => Notification.permission)).toBe('granted');
};

export const navigationIsConfined: Check = async ({ app, page }) => {
  const attempts = async () =>
    await app.evaluate(
      () => (globalThis as { attempts?: { url: string; prevented: boolean }[] }).attempts ?? [],
    );
  await app.evaluate(({ BrowserWindow }) => {
    const seen: { url: string; prevented: boolean }[] = [];
    Object.assign(globalThis, { attempts: seen });
    BrowserWindow.getAllWindows()[0]?.webContents.on('will-frame-navigate', (event) => {
      seen.push({ url: event.url, prevented: event.defaultPrevented });
    });
  });
  await page.evaluate(() => {
    location.href = 'https://example.org/by-script';
  });
  await expect.poll(attempts).toEqual([{ url: 'https://example.org/by-script', prevented: true }]);
  await page.evaluate(() => {
    const link = document.createElement('a');
    link.href = 'http://example.org/by-link';
    document.body.append(link);
    link.click();
  });
  await expect.poll(attempts).toHaveLength(2);
  expect((await attempts())[1]).toEqual({ url: 'http://example.org/by-link', prevented: true });
  const urls = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => window.webContents.getURL()),
  );
  expect(urls).toEqual(['minime://app/']);
  await callsAreAnswered({ page } as Shell);
};

export const newWindowsAreDenied: Check = async ({ app, page }) => {
  await app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openExternal = (url: string) => {
      opened.push(url);
      return Promise.resolve();
    };
  });
  const returned = await page.evaluate(() =>
    [
      'https://example.org/docs',
      'http://example.org/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'mailto:admin@example.org',
      'smb://example.org/share',
      'https://user:password@example.org/',
    ].map((url) => window.open(url) === null),
  );
  expect(returned).toEqual(Array.from({ length: 7 }, () => true));
  await page.evaluate(() => {
    const link = document.createElement('a');
    link.href = 'https://example.org/link';
    link.target = '_blank';
    link.rel = 'noopener';
    document.body.append(link);
    link.click();
  });
  const opened = () => app.evaluate(() => (globalThis as { opened?: string[] }).opened);
  await expect.poll(opened).toContain('https://example.org/link');
  expect(await opened()).toEqual(['https://example.org/docs', 'https://example.org/link']);
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
};

export const reloadKeepsWorking: Check = async (shell) => {
  const { page } = shell;
  await page.reload();
  await callsAreAnswered(shell);
  await eventsArePushed(shell);
  await Promise.all([page.waitForEvent('load'), page.evaluate(() => location.reload())]);
  await callsAreAnswered(shell);
  await eventsArePushed(shell);
};

export const themeReachesThePage: Check = async ({ page }) => {
  const isDark = () => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  for (const [theme, dark] of [
    ['dark', true],
    ['light', false],
  ] as const) {
    await page.evaluate((name) => minime.call('settings.set', { theme: name }), theme);
    await expect.poll(isDark).toBe(dark);
  }
};
