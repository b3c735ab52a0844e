import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** What is built, into `out/<name>`. */
export interface Target {
  name: 'main' | 'preload' | 'renderer' | 'web' | 'host' | 'embedded';
  builder: 'electronVite' | 'webShell' | 'hostProgram' | 'embeddedProgram';
  /** Files and folders, relative to the project, whose content decides whether the output is current. */
  inputs: readonly string[];
  /** A file that only a finished build leaves in the output. */
  made: string;
}

/** A new dependency or compiler setting can change any output. */
const common = [
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'scripts/build.mjs',
  'scripts/build',
  'src/contract',
  'src/planner',
];

export const targets: readonly Target[] = [
  {
    name: 'main',
    builder: 'electronVite',
    inputs: ['electron', 'electron.vite.config.ts', ...common],
    made: 'main.js',
  },
  {
    name: 'preload',
    builder: 'electronVite',
    inputs: ['electron/preload.ts', 'electron/shell', 'electron.vite.config.ts', ...common],
    made: 'preload.cjs',
  },
  {
    name: 'renderer',
    builder: 'electronVite',
    inputs: ['src/ui', 'electron.vite.config.ts', ...common],
    made: 'index.html',
  },
  {
    name: 'web',
    builder: 'webShell',
    inputs: ['electron/web', 'electron/console', ...common],
    made: 'server.js',
  },
  {
    name: 'host',
    builder: 'hostProgram',
    inputs: ['src/host', 'scripts/build-host.mjs', ...common],
    made: 'vmcl.cjs',
  },
  {
    name: 'embedded',
    builder: 'embeddedProgram',
    inputs: ['src/embedded', 'src/host', ...common],
    made: 'embedded.cjs',
  },
];
