import type { PlanStep } from '../../../../src/contract/deployment.ts';
import type { Node } from '../context.ts';
import type { Probe } from '../facts/probe.ts';

/** In this order; all hosts finish a stage before any begins the next. The first part deploys, the second takes off. */
export const stages = [
  ...([
    'packages',
    'keys',
    'files',
    'format',
    'storage',
    'engine',
    'membership',
    'configuration',
    'program',
  ] as const),
  ...(['quiesce', 'stop-resources', 'stop-engine', 'unmount', 'wipe', 'clean'] as const),
] as const;
export type Stage = (typeof stages)[number];

export const phaseOf: Record<Stage, PlanStep['phase']> = {
  packages: 'packages',
  keys: 'files',
  files: 'files',
  format: 'storage',
  storage: 'storage',
  engine: 'engine',
  membership: 'engine',
  configuration: 'configuration',
  program: 'program',
  quiesce: 'configuration',
  'stop-resources': 'engine',
  'stop-engine': 'engine',
  unmount: 'storage',
  wipe: 'storage',
  clean: 'files',
};

/** One thing to do on one host: how to see that it is done already, and how to do it. */
export interface Step {
  /** Unique within a plan, the same in every plan of the same deployment. */
  id: string;
  node: Node;
  stage: Stage;
  title: string;
  destructive: boolean;
  action: FileAction | CommandAction;
}

export interface FileAction {
  kind: 'file';
  path: string;
  mode: string;
  /** Null: a secret, or keys of hosts, made only when the plan is carried out. */
  bytes: Buffer | null;
  /** What the review shows of it; null for a secret or a program, then `summary` says what it is. */
  shown: string | null;
  summary?: string;
  /** Replaces the comparison byte for byte. */
  same?: (there: Buffer) => boolean;
}

export interface CommandAction {
  kind: 'command';
  argv: readonly string[];
  stdin?: string;
  /** Looks at the host; true if there is nothing to do. Asked again after the command, which has failed if it is not. */
  done: (probe: Probe) => Promise<boolean>;
  /** False if success shows only in the exit code, not in `done`. Default true. */
  verify?: boolean;
  /** Asked right before the command runs; throws if it must not (a device that holds data by now). */
  guard?: (probe: Probe) => Promise<void>;
  /** After the command `done` may take this long to hold. */
  wait?: Wait;
  /** Its exit code decides nothing, only `done` does: it just looks, or fails for reasons that do not matter here. */
  mayFail?: boolean;
  /** False for what must come to its end once begun (package installation, formatting). Default true. */
  interruptible?: boolean;
  timeoutMs?: number;
  /** The line that counts in what it printed when it failed. Default: the only one, if it is one. */
  reason?: (output: string) => string | undefined;
  /** Run if a later step of this host fails or the operation is cancelled, so that nothing half done stays behind. */
  undo?: readonly string[];
}

export interface Wait {
  timeoutMs: number;
  /** What is missing when the time is up. Default: what the command printed last. */
  pending?: (probe: Probe) => Promise<string>;
  /** Why waiting longer would be in vain; undefined while there is hope. */
  hopeless?: (probe: Probe) => Promise<string | undefined>;
  /** Run the command again before each further look: what it asks for can be lost on the way. Default false. */
  again?: boolean;
}

/** By stage; within one as they came. */
export function inOrder(steps: readonly Step[]): Step[] {
  return stages.flatMap((stage) => steps.filter((step) => step.stage === stage));
}

export function fileStep(node: Node, stage: Stage, title: string, file: Omit<FileAction, 'kind'>): Step {
  return {
    id: `${node.name}/${stage}${file.path}`,
    node,
    stage,
    title,
    destructive: false,
    action: { kind: 'file', ...file },
  };
}

export function commandStep(
  node: Node,
  stage: Stage,
  slug: string,
  title: string,
  command: Omit<CommandAction, 'kind'>,
  options: { destructive?: boolean } = {},
): Step {
  return {
    id: `${node.name}/${stage}/${slug}`,
    node,
    stage,
    title,
    destructive: options.destructive ?? false,
    action: { kind: 'command', ...command },
  };
}
