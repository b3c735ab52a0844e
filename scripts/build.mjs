// Builds what is out of date: node scripts/build.mjs [--quiet]
import { register } from 'tsx/esm/api';

register();
const { buildOutdated } = await import('./build/build.ts');
if (!(await buildOutdated(process.argv.includes('--quiet')))) process.exitCode = 1;
