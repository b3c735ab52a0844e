import { MinimeError } from '../../contract/errors.ts';
import type { EngineState } from '../ports/clusterEngine.ts';
import type { RunResult } from '../ports/runner.ts';
import { toolFailed } from '../runner/childRunner.ts';
import { attribute, child, children, parseXml, text as textOf } from '../xml.ts';

/** Throws unless the engine runs here, knows `target`, and has lost it. */
export function mustBeGone(target: string, state: EngineState): void {
  if (state.engine !== 'running') {
    throw new MinimeError({
      kind: 'unreachable',
      message: 'The cluster engine is not running on this host.',
      remedy: 'Start it, or ask another host of the cluster.',
    });
  }
  const member = state.members.find(({ name }) => name === target);
  if (member === undefined) {
    throw new MinimeError({
      kind: 'invalid-input',
      message: `There is no host ${target} in this cluster.`,
      remedy: `Its hosts are ${state.members.map(({ name }) => name).join(', ')}.`,
    });
  }
  if (!member.online) return;
  throw new MinimeError({
    kind: 'conflict',
    message: `${target} is alive: it is a member of the cluster.`,
    cause: 'Its VMs would be started a second time.',
    remedy: 'If it is to go, shut it down.',
  });
}

export function fencingFailed(target: string, argv: readonly string[], result: RunResult): MinimeError {
  return new MinimeError({
    kind: 'tool-failed',
    message: `${target} was not fenced.`,
    cause: reasonOf(result.stdout) ?? toolFailed(argv, result).info.message,
    remedy: 'Look at the fencing resources and their devices; until fencing works no takeover will start.',
    details: `${result.stdout}\n${result.stderr}`.slice(0, 4000),
  });
}

/** From the XML in which Pacemaker's tools report; undefined if there is none. */
function reasonOf(stdout: string): string | undefined {
  if (!stdout.trimStart().startsWith('<pacemaker-result')) return undefined;
  const status = child(parseXml(stdout, 'pacemaker-result'), 'status');
  const errors = children(child(status, 'errors'), 'error').map(textOf);
  return errors.at(-1) ?? (attribute(status, 'message') || undefined);
}
