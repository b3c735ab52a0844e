import type { Forecast } from '../../../../contract/consoleApi.ts';
import type { Plan, PlannedStaysDown } from '../../../../contract/plan.ts';

type PlannedVm = Plan['vms'][number];

/** What becomes of a VM when the chosen hosts fail. */
export interface Outcome {
  planned: PlannedVm;
  /** Seconds after the failure until it runs; null: stays down, or not known. */
  startedAtS: number | null;
  /** What would become of it with the policy in force, where that differs; null: the same. */
  otherwise: PlannedVm | null;
}

export type Outcomes = ReadonlyMap<string, Outcome>;

/** By VM uuid. `present` is the forecast with the policy in force. */
export function outcomesOf(forecast: Forecast | null, present: Forecast | null): Outcomes {
  const now = new Map(present?.plan.vms.map((vm) => [vm.uuid, vm]));
  return new Map(
    forecast?.plan.vms.map((planned) => {
      const other = now.get(planned.uuid);
      return [
        planned.uuid,
        {
          planned,
          startedAtS: forecast.startedAtS[planned.uuid] ?? null,
          otherwise: other === undefined || sameFate(planned, other) ? null : other,
        },
      ];
    }),
  );
}

function sameFate(a: PlannedVm, b: PlannedVm): boolean {
  return a.outcome === 'start' ? b.outcome === 'start' && a.host === b.host : b.outcome === 'stays-down';
}

/** Where a VM would land, or that it stays down: "n2", "stays down". */
export const fateText = (planned: PlannedVm): string =>
  planned.outcome === 'start' ? planned.host : 'stays down';

const briefCause: Record<PlannedStaysDown['cause'], string> = {
  rule: 'its rule',
  unprotected: 'unprotected',
  'no-host': 'no room',
  undecided: 'not decided',
};

/** Why a VM stays down, in two words for a narrow column. */
export const briefCauseText = ({ cause }: PlannedStaysDown): string => briefCause[cause];

export interface Summary {
  starts: number;
  staysDown: number;
  /** VMs that start on a host beyond its CPU threshold. */
  overCpu: number;
  /** Seconds after the failure until the last VM runs. */
  lastAtS: number | null;
  differs: number;
}

export function summaryOf(outcomes: Outcomes): Summary {
  const all = [...outcomes.values()];
  const times = all.flatMap(({ startedAtS }) => startedAtS ?? []);
  return {
    starts: all.filter(({ planned }) => planned.outcome === 'start').length,
    staysDown: all.filter(({ planned }) => planned.outcome === 'stays-down').length,
    overCpu: all.filter(({ planned }) => planned.outcome === 'start' && planned.overCpu !== undefined).length,
    lastAtS: times.length === 0 ? null : Math.max(...times),
    differs: all.filter(({ otherwise }) => otherwise !== null).length,
  };
}
