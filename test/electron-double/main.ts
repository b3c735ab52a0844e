import { readFileSync } from 'node:fs';
import { open as openInspector } from 'node:inspector';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from './app.ts';
import { parseArguments } from './arguments.ts';
import { launchChromium } from './chromium.ts';
import { installElectronModule } from './electronModule.ts';
import { makeReady } from './ready.ts';

/**
 * An executable double of Electron: runs an app's built main process on Node and shows its windows in Chromium, driven
 * over the DevTools protocol. It takes the arguments that Electron takes from Playwright. See docs/electron-shell.md.
 */
const given = process.argv.slice(2);
const { appPath, required, inspect, switches } = parseArguments(given);

// Playwright's loader expects the argument list that Electron would have.
process.argv = [join(import.meta.dirname, 'electron'), ...given];
Object.defineProperty(process.versions, 'electron', { value: '45.0.0-double', enumerable: true });
Object.defineProperty(process, 'type', { value: 'browser' });

const folder = resolve(appPath);
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
  name: string;
  version: string;
  main: string;
};
app.describe({ folder, name: manifest.name, version: manifest.version, switches });
Object.defineProperty(process, 'resourcesPath', { value: join(folder, '..') });

installElectronModule();
const require = createRequire(import.meta.url);
if (inspect) openInspector(0, '127.0.0.1');
for (const module of required) require(module);

await import(pathToFileURL(join(folder, manifest.main)).href);
const chromium = launchChromium(join(app.getPath('userData'), 'chromium'));
process.on('exit', () => chromium.kill());
await makeReady(chromium);
