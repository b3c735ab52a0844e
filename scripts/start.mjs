// Builds what is out of date and starts Minime: node scripts/start.mjs [--web | --electron] [options of the shell]
import { register } from 'tsx/esm/api';

register();
const { start } = await import('./start/start.ts');
process.exitCode = await start(process.argv.slice(2));
