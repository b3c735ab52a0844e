import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './shell.ts';

/** The order of the fuses in Electron's executable, and what this product's have to be. */
export const fuses = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
} as const;

/** What marks the fuses in Electron's executable (@electron/fuses, constants). */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/**
 * Stands where Electron's unpacked runtime would, for the packager: an executable that holds nothing but fuses, each
 * the opposite of what it has to become.
 */
export function makeStandInRuntime(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const wire = Object.values(fuses).map((wanted) => (wanted ? '0' : '1'));
  const executable = Buffer.concat([
    Buffer.from(`not Electron\0${SENTINEL}`),
    Buffer.from([1, wire.length]),
    Buffer.from(wire.join('')),
    Buffer.from('\0'),
  ]);
  writeFileSync(join(folder, 'electron'), executable);
  chmodSync(join(folder, 'electron'), 0o755);
}

export interface Packaging {
  code: number;
  output: string;
}

/** Runs the packager as `npm run package` does, but on the stand-in and only as far as the unpacked product. */
export function packageOn(runtime: string, output: string, ...options: string[]): Promise<Packaging> {
  const builder = join(projectFolder, 'node_modules/electron-builder/cli.js');
  const settings = [`-c.electronDist=${runtime}`, `-c.directories.output=${output}`, ...options];
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [builder, '--linux', 'dir', '--publish', 'never', ...settings],
      { cwd: projectFolder, timeout: 120_000 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}
