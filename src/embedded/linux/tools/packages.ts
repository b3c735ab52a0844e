import { available } from '../packages.ts';
import { fails, operands, says, succeeds, type Tool, takes } from '../tool.ts';

/** apt-get options that take a value of their own. */
const withValue = new Set(['-o']);

/** The package manager. Nothing is fetched: a package is a name that brings its tools and units. */
export const packageTools: Record<string, Tool> = {
  'apt-cache': ({ args: [, ...names], system }) =>
    says(
      names
        .filter((name) => available[name] !== undefined)
        .map((name) => {
          const version = available[name]?.version ?? '';
          const installed = system.packages.has(name) ? version : '(none)';
          return `${name}:\n  Installed: ${installed}\n  Candidate: ${version}\n`;
        })
        .join(''),
    ),

  'apt-get': async (run) => {
    const { args, system, cluster } = run;
    const [command, ...rest] = args;
    const names = namesIn(rest);
    const unknown = names.find((name) => available[name] === undefined);
    if (unknown !== undefined) return fails(`E: Unable to locate package ${unknown}`, 100);
    if (command === 'update' || rest.includes('--download-only')) return succeeds;
    if (command === 'purge') {
      const there = names.filter((name) => system.packages.has(name));
      if (!rest.includes('--simulate')) for (const name of there) system.packages.delete(name);
      return says(there.map((name) => `Purg ${name} [${available[name]?.version ?? ''}]\n`).join(''));
    }
    if (command !== 'install') return fails(`E: an embedded host cannot ${command ?? 'do that'}`, 100);
    const missing = names.filter((name) => !system.packages.has(name));
    if (rest.includes('--simulate')) {
      return says(missing.map((name) => `Inst ${name} (${available[name]?.version ?? ''})\n`).join(''));
    }
    if (missing.length > 0) await takes(run, cluster.options.timing.installMs);
    for (const name of missing) {
      system.packages.add(name);
      for (const folder of foldersOf[name] ?? []) system.treeOf(folder).makeFolder(folder);
    }
    return says(missing.map((name) => `Setting up ${name} ...\n`).join(''));
  },
};

/** Of folders that come with packages, those that deployment puts something into without making them. */
const foldersOf: Record<string, readonly string[]> = {
  corosync: ['/etc/corosync'],
  pacemaker: ['/var/lib/pacemaker/cib'],
};

function namesIn(args: readonly string[]): string[] {
  const kept = args.filter((arg, at) => !withValue.has(args[at - 1] ?? '') || arg === '--');
  return operands(kept).filter((arg) => !withValue.has(arg));
}
