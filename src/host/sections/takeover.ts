import type { Finding } from '../../contract/finding.ts';
import type { TakeoverSection } from '../../contract/hostState.ts';
import { configIfGood, type Host } from '../host.ts';
import { readMoves } from '../moves/state.ts';
import { readActivity } from '../takeover/activity.ts';
import { hasFlag } from '../takeover/flags.ts';
import { diskOf } from '../takeover/freeze.ts';
import { readMoved } from '../takeover/moved.ts';
import { before } from '../takeover/patience.ts';
import { findingOf } from './system.ts';

const answerMs = 5000;

export async function readTakeoverSection(host: Host): Promise<TakeoverSection> {
  const [away, own, rejoined, moved, moves] = await Promise.all([
    readActivity(host, 'takeover'),
    readActivity(host, 'rejoin'),
    hasFlag(host, 'rejoined'),
    readMovedAway(host),
    readMoves(host),
  ]);
  return {
    rejoined,
    problems: [...away.problems, ...own.problems, ...moved.problems],
    ...(moved.vms === undefined ? {} : { movedAway: moved.vms }),
    ...(moves === undefined ? {} : { moves }),
  };
}

async function readMovedAway(
  host: Host,
): Promise<{ vms?: NonNullable<TakeoverSection['movedAway']>; problems: Finding[] }> {
  const config = await configIfGood(host);
  if (config === undefined) return { problems: [] };
  const { nodeName } = config;
  try {
    const disk = await before(host.clock, answerMs, diskOf(host, nodeName));
    if (disk === undefined) return { problems: [] };
    const found = await before(host.clock, answerMs, readMoved(disk));
    if (found.state === 'good') {
      return { vms: found.value.map(({ uuid, name, to, at }) => ({ uuid, name, to, at })), problems: [] };
    }
    if (found.state === 'missing') return { vms: [], problems: [] };
    return {
      problems: [
        {
          id: 'moved-unusable',
          severity: 'error',
          host: nodeName,
          title: `Nothing tells which VMs of ${nodeName} were moved to other hosts.`,
          cause: found.cause,
          remedy: 'Find out who can write to the shared storage.',
        },
      ],
    };
  } catch (error) {
    return {
      problems: [findingOf(error, { id: 'moved-not-read', severity: 'warning', host: nodeName })],
    };
  }
}
