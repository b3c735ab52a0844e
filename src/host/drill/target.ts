import { MinimeError } from '../../contract/errors.ts';
import type { EngineState } from '../ports/clusterEngine.ts';

/** Throws `invalid-input` or `conflict` unless `target` is a live member and this one can speak for the rest. Gives this host's name. */
export function requireTarget(target: string, { engine, quorate, members, localNode }: EngineState): string {
  if (engine !== 'running' || !quorate || localNode === undefined) {
    throw new MinimeError({
      kind: 'conflict',
      message: 'This host is in no part of the cluster that has quorum.',
      remedy: 'Bring back hosts or the links to them.',
    });
  }
  const member = members.find(({ name }) => name === target);
  if (member === undefined) {
    throw new MinimeError({
      kind: 'invalid-input',
      message: `There is no host ${target} in this cluster.`,
      remedy: `Its hosts are ${members.map(({ name }) => name).join(', ')}.`,
    });
  }
  if (!member.online) {
    throw new MinimeError({
      kind: 'conflict',
      host: target,
      message: `${target} is down: this is no drill.`,
      remedy: 'Look at its takeover in the history.',
    });
  }
  if (target === localNode) {
    throw new MinimeError({
      kind: 'conflict',
      host: target,
      message: `${target} cannot rehearse its own failure.`,
      remedy: 'Ask another host of the cluster.',
    });
  }
  return localNode;
}
