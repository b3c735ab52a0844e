import type { PlanStep } from '../../../contract/deployment.ts';

export const phases = ['packages', 'files', 'storage', 'engine', 'configuration', 'program'] as const;

export const phaseWords: Record<PlanStep['phase'], string> = {
  packages: 'Packages',
  files: 'Files',
  storage: 'Storage',
  engine: 'Cluster engine',
  configuration: 'Cluster configuration',
  program: 'Host program',
};

/** True if the step finds nothing left to do. */
export function isDone(step: PlanStep): boolean {
  return step.action.kind === 'file' ? step.action.change === 'same' : step.action.done;
}

/** What a step does, in a word. */
export function stepChange(step: PlanStep): string {
  if (isDone(step)) return step.action.kind === 'file' ? 'same already' : 'done already';
  if (step.action.kind === 'command') return 'command';
  return step.action.change === 'new' ? 'new file' : 'changed file';
}

export function hostsOf(steps: PlanStep[]): string[] {
  return [...new Set(steps.map(({ host }) => host))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
}

export interface PhaseSteps {
  phase: PlanStep['phase'];
  steps: PlanStep[];
}

/** Steps of a host by phase, in the order in which phases are carried out; empty phases are left out. */
export function stepsByPhase(steps: PlanStep[], host: string, hideDone: boolean): PhaseSteps[] {
  const own = steps.filter((step) => step.host === host && !(hideDone && isDone(step)));
  return phases
    .map((phase) => ({ phase, steps: own.filter((step) => step.phase === phase) }))
    .filter((group) => group.steps.length > 0);
}

/** A command as one would type it: arguments with special characters in quotes. For reading, never for running. */
export function commandLine(argv: string[]): string {
  return argv
    .map((part) => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
