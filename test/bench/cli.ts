import { Command } from 'commander';
import { toErrorInfo } from '../../src/contract/errors.ts';
import { consoleBench } from './console/console.ts';
import { deployBench } from './deploy.ts';
import { dragBench } from './drag.ts';
import { failoverBench } from './failover/failover.ts';
import { latencyBench } from './latency.ts';
import { runPlannerBench } from './planner/planner.ts';
import { syncBench } from './sync.ts';

/** Measures; the last line of output is the result as JSON. Benches never pass or fail. */
const benches: Record<string, () => Promise<object>> = {
  console: consoleBench,
  deploy: deployBench,
  drag: dragBench,
  failover: failoverBench,
  latency: latencyBench,
  planner: runPlannerBench,
  sync: syncBench,
};

const command = new Command('npm run bench --').argument('<name>', Object.keys(benches).join(', ')).parse();
const bench = benches[command.args[0] ?? ''];
if (bench === undefined)
  command.error(`There is no such bench. Choose one of: ${Object.keys(benches).join(', ')}.`);
else {
  try {
    console.log(JSON.stringify(await bench()));
  } catch (thrown) {
    const error = toErrorInfo(thrown);
    console.error(
      [error.message, error.cause, error.details].filter((line) => line !== undefined).join('\n'),
    );
    process.exitCode = 1;
  }
}
