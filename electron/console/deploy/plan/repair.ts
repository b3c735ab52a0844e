import type { Node } from '../context.ts';
import type { CutOff, Distribution } from '../distributions/distribution.ts';
import type { Probe } from '../facts/probe.ts';
import { commandStep, type Stage, type Step } from './step.ts';

/** Null if nothing was cut off on this host, or nobody needs to know. Reads only. */
export async function cutOffOn(probe: Probe, { repair }: Distribution): Promise<CutOff | null> {
  if (repair === null) return null;
  const { code, stdout } = await probe.exec(...repair.query.argv);
  // Not known to be whole: what ails it is told when it is mended, in vain, and asked to install.
  return code === 0 ? repair.query.parse(stdout) : { unpackAgain: [] };
}

/** What has to be done before the package manager installs or removes anything, if something was cut off. */
export function repairSteps(
  node: Node,
  stage: Stage,
  distribution: Distribution,
  cutOff: CutOff | null,
): Step[] {
  const { repair, reason } = distribution;
  if (repair === null || cutOff === null) return [];
  const common = {
    done: async (probe: Probe) => (await cutOffOn(probe, distribution)) === null,
    verify: false,
    interruptible: false,
    timeoutMs: 1_800_000,
  };
  const again = cutOff.unpackAgain;
  return [
    commandStep(node, stage, 'configure', 'Finish what the package manager was cut off at', {
      ...common,
      argv: repair.configure,
      // What lacks a part of it, or another package, comes below.
      mayFail: true,
    }),
    commandStep(node, stage, 'complete', 'Install what the packages that are there lack', {
      ...common,
      argv: repair.complete,
      mayFail: true,
    }),
    ...(again.length === 0
      ? []
      : [
          commandStep(node, stage, 'unpack-again', `Unpack ${again.join(', ')} again`, {
            ...common,
            argv: repair.unpackAgain(again),
            reason,
          }),
        ]),
  ];
}
