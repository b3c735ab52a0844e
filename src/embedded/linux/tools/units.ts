import { available } from '../packages.ts';
import {
  fails,
  operands,
  says,
  succeeds,
  type Tool,
  type ToolAnswer,
  type ToolRun,
  takes,
  valueOf,
} from '../tool.ts';

const unitFolder = '/etc/systemd/system';
const maskFolder = '/run/systemd/system';
/** SBD starts and stops with Corosync only. */
const withCorosync = 'sbd.service';

/** systemd, as far as units that deployment asks for. Those of Minime do here what the services of an embedded host do anyway. */
export const unitTools: Record<string, Tool> = {
  systemctl: async (run) => {
    const [command = '', ...args] = run.args;
    const units = operands(args);
    switch (command) {
      case 'is-active':
        return states(units, (unit) => (isActive(run, unit) ? 'active' : 'inactive'), 'active');
      case 'is-enabled':
        return states(units, (unit) => enabledState(run, unit), 'enabled');
      case 'enable': {
        for (const unit of units) run.system.enabled.add(unit);
        return args.includes('--now') ? await start(run, units) : succeeds;
      }
      case 'disable':
        for (const unit of units) run.system.enabled.delete(unit);
        if (args.includes('--now')) await stop(run, units);
        return succeeds;
      case 'start':
        return await start(run, units);
      case 'restart':
        await stop(run, units);
        return await start(run, units);
      case 'try-restart':
        return await start(
          run,
          units.filter((unit) => isActive(run, unit)),
        );
      case 'stop':
        await stop(run, units);
        return succeeds;
      case 'mask':
        for (const unit of units) run.system.treeOf(maskFolder).put(`${maskFolder}/${unit}`, {});
        return succeeds;
      case 'unmask':
        for (const unit of units) run.system.treeOf(maskFolder).remove(`${maskFolder}/${unit}`);
        return succeeds;
      case 'daemon-reload':
      case 'reset-failed':
      // Asked for what is under way or has failed.
      case 'list-units':
        return succeeds;
      case 'status':
        return says(
          units.map((unit) => `${unit}: ${isActive(run, unit) ? 'active' : 'inactive'}\n`).join(''),
        );
      case 'show':
        return shown(run, args, units);
      default:
        return fails(`systemctl ${command}: an embedded host cannot do that`);
    }
  },
};

function states(units: readonly string[], stateOf: (unit: string) => string, wanted: string): ToolAnswer {
  const all = units.map(stateOf);
  return says(`${all.join('\n')}\n`, all.every((state) => state === wanted) ? 0 : 3);
}

function isActive({ system, boot }: ToolRun, unit: string): boolean {
  return system.activeIn(boot).has(unit);
}

function enabledState(run: ToolRun, unit: string): string {
  if (!isThere(run, unit)) return 'not-found';
  return run.system.enabled.has(unit) ? 'enabled' : 'disabled';
}

/** Brought by a package, or written by deployment. */
function isThere({ system }: ToolRun, unit: string): boolean {
  const packaged = [...system.packages].some((name) => available[name]?.units.includes(unit) === true);
  const template = unit.replace(/@.*\./, '@.');
  return packaged || unit === 'libvirtd.service' || system.at(`${unitFolder}/${template}`) !== undefined;
}

async function start(run: ToolRun, units: readonly string[]): Promise<ToolAnswer> {
  const { system, boot, cluster } = run;
  for (const unit of units) {
    if (!isThere(run, unit)) return fails(`Failed to start ${unit}: Unit ${unit} not found.`, 5);
    if (system.at(`${maskFolder}/${unit}`) !== undefined) {
      return fails(`Failed to start ${unit}: Unit ${unit} is masked.`);
    }
    if (unit === 'corosync.service') {
      const refusal = run.bare.refusal(boot.host);
      if (refusal !== null) return fails(`Job for ${unit} failed: ${refusal}`);
    }
    system.activeIn(boot).set(unit, cluster.options.clock.now());
    if (unit === 'corosync.service' && system.enabled.has(withCorosync)) {
      system.activeIn(boot).set(withCorosync, cluster.options.clock.now());
    }
    if (unit !== 'pacemaker.service') continue;
    await takes(run, cluster.options.timing.engineStartMs);
    cluster.startEngine(boot);
  }
  return succeeds;
}

async function stop({ system, boot, cluster }: ToolRun, units: readonly string[]): Promise<void> {
  for (const unit of units) {
    system.activeIn(boot).delete(unit);
    if (unit === 'corosync.service') system.activeIn(boot).delete(withCorosync);
    if (unit === 'pacemaker.service') await cluster.stopEngine(boot);
  }
}

function shown(run: ToolRun, args: readonly string[], units: readonly string[]): ToolAnswer {
  const { system, boot } = run;
  const properties = (valueOf(args, '--property') ?? '').split(',');
  const valueFor = (property: string, unit: string): string => {
    const since = system.activeIn(boot).get(unit);
    const values: Record<string, string> = {
      LoadState: isThere(run, unit) ? 'loaded' : 'not-found',
      NeedDaemonReload: 'no',
      ActiveState: since === undefined ? 'inactive' : 'active',
      // Microseconds since the boot.
      ActiveEnterTimestampMonotonic: String(since === undefined ? 0 : Math.round((since - boot.at) * 1000)),
      // Of systemd itself, which is asked without a unit: it leaves the watchdog alone.
      RuntimeWatchdogUSec: '0',
    };
    return values[property] ?? '';
  };
  const plain = args.includes('--value');
  return says(
    (units.length === 0 ? [''] : units)
      .map((unit) =>
        properties.map((property) => `${plain ? '' : `${property}=`}${valueFor(property, unit)}\n`).join(''),
      )
      .join('\n'),
  );
}
