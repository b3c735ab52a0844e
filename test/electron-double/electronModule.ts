import { readFileSync } from 'node:fs';
import Module, { createRequire, register } from 'node:module';
import { app } from './app.ts';
import { BrowserWindow } from './browserWindow.ts';
import { ipcMain } from './ipcMain.ts';
import { dialog, Menu, protocol, safeStorage, screen, shell } from './modules.ts';
import { nativeTheme } from './nativeTheme.ts';
import { defaultSession } from './session.ts';
import { strict, unknownModule } from './strict.ts';
import { webContents } from './webContents.ts';

const implemented: Record<string, unknown> = {
  app,
  BrowserWindow: strict('BrowserWindow', BrowserWindow),
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  protocol,
  safeStorage,
  screen,
  session: strict('session', { defaultSession }),
  shell,
  webContents,
};

/** Everything the real module exports, from its types; what the double does not implement throws when it is used. */
function electronModule(): Record<string, unknown> {
  const types = readFileSync(createRequire(import.meta.url).resolve('electron/electron.d.ts'), 'utf8');
  const names = ['Main', 'Common'].flatMap((namespace) => {
    const body = new RegExp(`namespace ${namespace} \\{([^]*?)\\n {2}\\}`).exec(types)?.[1] ?? '';
    return [...body.matchAll(/^ {4}(?:const|class) (\w+)/gm)].map(([, name = '']) => name);
  });
  return Object.fromEntries(names.map((name) => [name, implemented[name] ?? unknownModule(name)]));
}

/** Makes `import 'electron'` and `require('electron')` give the double, whoever asks. */
export function installElectronModule(): void {
  const electron = electronModule();
  Object.assign(globalThis, { electronDouble: electron });

  const source = [
    ...Object.keys(electron).map((name) => `export const ${name} = globalThis.electronDouble.${name};`),
    'export default globalThis.electronDouble;',
  ].join('\n');
  const url = `data:text/javascript,${encodeURIComponent(source)}`;
  const hook = `export const resolve = (specifier, context, next) => specifier === 'electron'
    ? { url: ${JSON.stringify(url)}, format: 'module', shortCircuit: true } : next(specifier, context);`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);

  const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
  const load = loader._load;
  loader._load = (request, ...rest) =>
    request === 'electron' ? electron : load.call(loader, request, ...rest);
}
