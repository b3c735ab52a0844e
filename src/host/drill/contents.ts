import type { DispatchCallResult } from '../../contract/dispatchProtocol.ts';
import { MinimeError } from '../../contract/errors.ts';
import type { Host } from '../host.ts';
import type { Phase } from '../takeover/board.ts';
import { readHome } from '../takeover/readHome.ts';
import { readHomes } from '../takeover/wanted.ts';
import { worldOf } from '../takeover/world.ts';

/** What a takeover of this host would find on its quorum disk now, read as a takeover reads it. Nothing is changed. */
export async function drillContents(host: Host): Promise<DispatchCallResult<'drill.contents'>> {
  const world = await worldOf(host, 'rejoin');
  const disk = await world.ownDisk();
  if (disk === undefined) {
    throw new MinimeError({
      kind: 'not-found',
      message: `The quorum disk of ${world.self} is not mounted there.`,
      remedy: 'Look for why Pacemaker does not mount it.',
    });
  }
  const { view, findings } = await readHome(disk, { withoutRecord: 'all' });
  // A takeover that has ended long ago is no part of the next one.
  const { policy } = await world.policy();
  const { vms, findings: more } = readHomes([view], policy);
  return {
    findings: [...findings, ...more],
    vms: vms.map(({ uuid, name, phase, figures, definition, reasons }) => ({
      uuid,
      name,
      state: stateOf(phase),
      figures,
      reasons,
      ...(definition === undefined ? {} : { definition: definition.toString('base64') }),
    })),
  };
}

function stateOf(phase: Phase): 'wanted' | 'refused' | 'not-wanted' {
  if (phase === 'refused') return 'refused';
  return phase === 'not-wanted' || phase === 'handed' ? 'not-wanted' : 'wanted';
}
