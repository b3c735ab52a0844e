// Bundles the host program into the one file that goes onto hosts: out/host/vmcl.cjs, for the Node of the distribution.
import { mkdir, readFile, rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
const { version } = JSON.parse(await readFile(`${root}/package.json`, 'utf8'));
const output = `${root}/out/host/vmcl.cjs`;

await mkdir(`${root}/out/host`, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ['src/host/main.ts'],
  outfile: `${output}.new`,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  // Debian 12 has Node 18.20; nothing newer may be used.
  target: 'node18.20',
  define: { VMCL_VERSION: JSON.stringify(version) },
  legalComments: 'none',
  logLevel: 'warning',
});
// Whoever copies it meanwhile gets the old one or the new one.
await rename(`${output}.new`, output);
