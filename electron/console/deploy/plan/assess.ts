import { createHash } from 'node:crypto';
import type { PlanStep } from '../../../../src/contract/deployment.ts';
import type { Probe } from '../facts/probe.ts';
import { type FileAction, phaseOf, type Step } from './step.ts';

export type FileChange = 'new' | 'changed' | 'same';

/** Whether a step's work is done already. */
export async function isDone(step: Step, probe: Probe, readFile: ReadFile): Promise<boolean> {
  const { action } = step;
  return action.kind === 'file'
    ? (await fileChange(action, probe, readFile)) === 'same'
    : await action.done(probe);
}

export type ReadFile = (path: string) => Promise<Buffer | null>;

/** Content, mode and owner. */
export async function fileChange(file: FileAction, probe: Probe, readFile: ReadFile): Promise<FileChange> {
  const stat = await probe.exec('stat', '--format=%a %U %G %F', file.path);
  if (stat.code !== 0) return 'new';
  if (file.bytes === null) return 'changed';
  const mode = Number.parseInt(file.mode, 8).toString(8);
  if (stat.stdout.trim() !== `${mode} root root regular file`) return 'changed';
  if (file.same !== undefined) {
    const there = await readFile(file.path);
    return there !== null && file.same(there) ? 'same' : 'changed';
  }
  const sum = await probe.output('sha256sum', '--binary', file.path);
  const wanted = createHash('sha256').update(file.bytes).digest('hex');
  return sum.startsWith(wanted) ? 'same' : 'changed';
}

/** The step as the review shows it. */
export async function review(step: Step, probe: Probe, readFile: ReadFile): Promise<PlanStep> {
  const { action } = step;
  const common = {
    id: step.id,
    host: step.node.name,
    phase: phaseOf[step.stage],
    title: step.title,
    destructive: step.destructive,
  };
  if (action.kind === 'command') {
    const done = await action.done(probe);
    return {
      ...common,
      destructive: step.destructive && !done,
      action: { kind: 'command', argv: [...action.argv], done },
    };
  }
  return {
    ...common,
    action: {
      kind: 'file',
      path: action.path,
      mode: action.mode,
      content: action.shown,
      ...(action.summary === undefined ? {} : { summary: action.summary }),
      change: await fileChange(action, probe, readFile),
    },
  };
}
