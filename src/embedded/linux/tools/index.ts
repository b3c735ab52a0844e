import { packageOf } from '../packages.ts';
import { fails, says, succeeds, type Tool, type ToolAnswer, type ToolRun } from '../tool.ts';
import { diskScripts, diskTools } from './disks.ts';
import { engineTools } from './engine.ts';
import { fileTools } from './files.ts';
import { keyScript, keyTools } from './keys.ts';
import { networkTools } from './network.ts';
import { packageTools } from './packages.ts';
import { unitTools } from './units.ts';

const notFound = 127;
/** Exit codes of the console's scripts that read and write files. */
const absent = 71;
const notAFile = 72;
const failed = 73;
const truncated = 74;

const tools: Record<string, Tool> = {
  ...diskTools,
  ...engineTools,
  ...fileTools,
  ...keyTools,
  ...networkTools,
  ...packageTools,
  ...unitTools,
  // The console compares it with the clock of its own machine.
  date: () => says(`${(Date.now() / 1000).toFixed(6)}\n`),
  virsh: ({ cluster, boot }) =>
    cluster.host(boot.host).hypervisorAnswers
      ? says('qemu:///system\n')
      : fails('error: failed to connect to the hypervisor'),
};

/** Scripts of deployment; there is no shell that would understand others. */
const scripts: readonly { says: string; run: Tool }[] = [
  ...diskScripts,
  keyScript,
  { says: 'dpkg-query', run: () => succeeds },
  {
    says: '/proc/uptime',
    run: ({ cluster, boot }) => {
      const now = cluster.options.clock.now();
      return says(`${(now / 1000).toFixed(6)}\n${((now - boot.at) / 1000).toFixed(2)} 0.00\n`);
    },
  },
];

/** Runs a program of a bare embedded host; undefined: there is none of that name. */
export function runTool(
  argv: readonly string[],
  run: Omit<ToolRun, 'args'>,
): Promise<ToolAnswer> | undefined {
  const [name = '', ...args] = argv;
  if (name === 'env') {
    return runTool(args.slice(args.findIndex((arg) => !arg.includes('='))), run);
  }
  if (name === 'sh' || name === '/bin/sh') return answered(script(args), { ...run, args: args.slice(3) });
  const missing = packageOf(name);
  if (missing !== undefined && !run.system.packages.has(missing)) return undefined;
  const tool = tools[name];
  return tool === undefined ? undefined : answered(tool, { ...run, args });
}

async function answered(tool: Tool, run: ToolRun): Promise<ToolAnswer> {
  return await tool(run);
}

function script([, text = '', name = '']: readonly string[]): Tool {
  if (name === 'minime-read') return readFile;
  if (name === 'minime-write') return writeFile;
  return (
    scripts.find((one) => text.includes(one.says))?.run ??
    (({ boot }) => fails(`${boot.host} is an embedded host: it has no shell for this.`, notFound))
  );
}

const readFile: Tool = ({ args: [path = '', most = '0'], system }) => {
  const entry = system.at(path);
  if (entry === undefined) return says('', absent);
  if (entry.kind !== 'file') return says('', notAFile);
  return says(entry.bytes.subarray(0, Number(most)));
};

const writeFile: Tool = async ({ args: [path = '', mode = '', size = ''], system, input }) => {
  if (!system.treeOf(path).hasFolderOf(path)) return fails(`mktemp: no such directory: ${path}`, failed);
  const bytes = await input();
  if (bytes.length !== Number(size)) return says('', truncated);
  system.treeOf(path).put(path, { mode: Number.parseInt(mode, 8), bytes });
  return succeeds;
};
