import { join } from 'node:path';
import { build } from 'esbuild';
import { builtFolder, projectFolder } from './forked.ts';

/** As the product is built: what compiling takes in time and memory is none of the console's. */
export async function buildProcesses(): Promise<void> {
  await build({
    entryPoints: ['coreProcess', 'embeddedProcess', 'floorProcess'].map((name) =>
      join(projectFolder, 'test/bench/console', `${name}.ts`),
    ),
    outdir: builtFolder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'warning',
  });
}
