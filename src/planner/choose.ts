import type { Problem } from './problem.ts';
import { type Placement, type Question, type SolveAnswer, solve } from './solve.ts';
import type { Steps } from './steps.ts';

/** Which VMs run, and one way to place them. */
export interface Choice {
  /** In restart order. */
  chosen: readonly number[];
  /** Left down without proof that it must be. */
  undecided: readonly number[];
  placement: Placement;
}

/** VMs decided on before, and one whose place was found since. */
export interface Resume {
  choice: Choice;
  /** Starts with the VMs chosen above `vm`, and with `vm` itself, placed. */
  placement: Placement;
  vm: number;
}

/**
 * Goes through the VMs in restart order and takes each one that can run together with all those taken before it. So a
 * VM is left down only if no plan that starts the same VMs above it starts it too.
 */
export function choose(problem: Problem, steps: Steps): Choice {
  return chooseEverything(problem, steps) ?? chooseOneByOne(problem, steps);
}

/** The same, with what is known already, or once it is known that not everything fits. */
export function chooseOneByOne(problem: Problem, steps: Steps, resume?: Resume): Choice {
  const all = problem.vms.map((_, vm) => vm);
  const empty: Placement = new Int32Array(problem.vms.length).fill(-1);
  const chosen: number[] = [];
  const undecided: number[] = [];
  let placement = empty;
  let first = 0;
  if (resume !== undefined) {
    first = resume.vm + 1;
    chosen.push(...resume.choice.chosen.filter((vm) => vm < resume.vm), resume.vm);
    undecided.push(...resume.choice.undecided.filter((vm) => vm < resume.vm));
    placement = empty.map((_, vm) => (vm <= resume.vm ? (resume.placement[vm] ?? -1) : -1));
  }

  const refused = new Map<number, SolveAnswer['kind']>();
  for (let vm = first; vm < all.length; vm++) {
    const known = [...refused].filter(([other]) => asksAtLeast(problem, vm, other));
    if (!canRun(problem, vm) || known.some(([, kind]) => kind === 'impossible')) continue;
    // What is no easier than a question that went unanswered gets no long search of its own.
    const effort = known.length === 0 ? 'full' : 'rearrange';
    const question: Question = {
      problem,
      chosen: [...chosen, vm],
      rows: problem.allowed,
      start: placement,
      newcomer: vm,
      effort,
    };
    const answer = solve(question, steps);
    if (answer.kind === 'found') {
      chosen.push(vm);
      placement = answer.placement;
    } else {
      if (known.length === 0) refused.set(vm, answer.kind);
      if (answer.kind === 'unknown') undecided.push(vm);
    }
  }
  return { chosen, undecided, placement };
}

const canRun = (problem: Problem, vm: number): boolean => problem.allowed[vm]?.includes(1) === true;

/** The usual case after one failure: there is room for every VM that can run at all. Null: there is not, as far as is known. */
export function chooseEverything(problem: Problem, steps: Steps): Choice | null {
  const empty: Placement = new Int32Array(problem.vms.length).fill(-1);
  const chosen = [...problem.vms.keys()].filter((vm) => canRun(problem, vm));
  const newcomer = chosen.at(-1);
  if (newcomer === undefined) return { chosen, undecided: [], placement: empty };
  const answer = solve(
    { problem, chosen, rows: problem.allowed, start: empty, newcomer, effort: 'rearrange' },
    steps,
  );
  return answer.kind === 'found' ? { chosen, undecided: [], placement: answer.placement } : null;
}

/** True if wherever `vm` fits in place of `other`, `other` would have fitted: then what refused `other` refuses `vm`. */
function asksAtLeast(problem: Problem, vm: number, other: number): boolean {
  const a = problem.vms[vm];
  const b = problem.vms[other];
  if (a === undefined || b === undefined || a.memory < b.memory || a.cpu < b.cpu) return false;
  if ((problem.apart[other]?.length ?? 0) > 0 || (problem.together[other]?.length ?? 0) > 0) return false;
  return problem.allowed[vm]?.every((may, host) => may <= (problem.allowed[other]?.[host] ?? 0)) === true;
}
