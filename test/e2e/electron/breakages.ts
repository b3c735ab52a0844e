import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as checks from './checks.ts';
import { makeFolder, projectFolder } from './shell.ts';

/** A way to break the built shell that a check has to notice. */
export interface Breakage {
  name: string;
  file: 'main/main.js' | 'preload/preload.cjs';
  /** Must stand in the built file exactly once. */
  find: RegExp;
  replace: string;
  noticedBy: checks.Check;
  /** The double opens no such window at all; Electron does. */
  refusedByDouble?: RegExp;
}

const notSandboxed = /a window that is not sandboxed and isolated is not implemented/;

export const breakages: Breakage[] = [
  {
    name: 'sandbox off',
    file: 'main/main.js',
    find: /sandbox: true/,
    replace: 'sandbox: false',
    noticedBy: checks.windowIsSandboxed,
    refusedByDouble: notSandboxed,
  },
  {
    name: 'context isolation off',
    file: 'main/main.js',
    find: /contextIsolation: true/,
    replace: 'contextIsolation: false',
    noticedBy: checks.windowIsSandboxed,
    refusedByDouble: notSandboxed,
  },
  {
    name: 'sender check gone',
    file: 'main/main.js',
    find: /if \(!isOwnTopFrame\(event\.senderFrame, page\)\) return refused;/,
    replace: '',
    noticedBy: checks.strangersAreRefused,
  },
  {
    name: 'content security policy gone',
    file: 'main/main.js',
    find: /"content-security-policy": \[/,
    replace: '"x-no-policy": [',
    noticedBy: checks.inlineCodeIsBlocked,
  },
  {
    name: 'inline style allowed',
    file: 'main/main.js',
    find: /"style-src 'self'"/,
    replace: `"style-src 'self' 'unsafe-inline'"`,
    noticedBy: checks.inlineCodeIsBlocked,
  },
  {
    name: 'preload leaking ipcRenderer',
    file: 'preload/preload.cjs',
    find: /onLink: \(\) => \(\) => void 0/,
    replace: '$&, ipcRenderer: electron.ipcRenderer',
    noticedBy: checks.preloadGivesTheBridgeOnly,
  },
  {
    name: 'preload exposing a second name',
    file: 'preload/preload.cjs',
    find: /^electron\.contextBridge\.exposeInMainWorld/m,
    replace: 'electron.contextBridge.exposeInMainWorld("electron", { send: () => 1 }); $&',
    noticedBy: checks.pageHasNoNode,
  },
  {
    name: 'what the page gives is logged',
    file: 'main/main.js',
    find: /return await call\(name, input\);/,
    replace: 'process.stderr.write(JSON.stringify(input ?? null)); $&',
    noticedBy: checks.passwordsGoToTheHostOnly,
  },
  {
    name: 'what the page gives is told to all pages',
    file: 'main/main.js',
    find: /return await call\(name, input\);/,
    replace: 'event.sender.send(EVENT_CHANNEL, { sequence: 0, name: "echo", data: input }); $&',
    noticedBy: checks.passwordsGoToTheHostOnly,
  },
  {
    name: 'navigation guard gone',
    file: 'main/main.js',
    find: /contents\.on\("will-frame-navigate", stayHere\);/,
    replace: '',
    noticedBy: checks.navigationIsConfined,
  },
  {
    name: 'new windows allowed',
    file: 'main/main.js',
    find: /action: "deny"/,
    replace: 'action: "allow"',
    noticedBy: checks.newWindowsAreDenied,
  },
  {
    name: 'links of any scheme opened outside',
    file: 'main/main.js',
    find: /if \(isWebLink\(url\)\)/,
    replace: '',
    noticedBy: checks.newWindowsAreDenied,
  },
  {
    name: 'permission handlers gone',
    file: 'main/main.js',
    find: /^\s*denyPermissions\(session\.defaultSession, page\);/m,
    replace: '',
    noticedBy: checks.permissionsAreDenied,
  },
  {
    name: 'desktop notifications denied',
    file: 'main/main.js',
    find: /"notifications"/,
    replace: '"geolocation"',
    noticedBy: checks.notificationsAreAllowed,
  },
  {
    name: 'theme not followed',
    file: 'main/main.js',
    find: /if \(event\.name === "settings\.changed"\) nativeTheme\.themeSource = event\.data\.theme;/,
    replace: '',
    noticedBy: checks.themeReachesThePage,
  },
  {
    name: 'events not pushed',
    file: 'main/main.js',
    find: /window\.webContents\.send\(EVENT_CHANNEL, event\)/,
    replace: 'void event',
    noticedBy: checks.eventsArePushed,
  },
];

/** A copy of the built shell around a page of one line, which starts quicker; the caller removes it. */
export function shellCopy(): string {
  const folder = makeFolder();
  for (const path of ['package.json', 'out/main', 'out/preload', 'out/host', 'resources/host']) {
    cpSync(join(projectFolder, path), join(folder, path), { recursive: true });
  }
  symlinkSync(join(projectFolder, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'out/renderer'));
  writeFileSync(join(folder, 'out/renderer/index.html'), '<!doctype html><div id="root"><p>Minime</p></div>');
  return folder;
}

export function breakShell(folder: string, { name, file, find, replace }: Breakage): void {
  const path = join(folder, 'out', file);
  const source = readFileSync(path, 'utf8');
  const found = source.match(new RegExp(find.source, `g${find.flags}`))?.length ?? 0;
  if (found !== 1) throw new Error(`${name}: ${String(find)} stands ${found} times in out/${file}, not once`);
  writeFileSync(path, source.replace(find, replace));
}
