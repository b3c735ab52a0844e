import type { DispatchCallParams, DispatchCallResult } from '../../contract/dispatchProtocol.ts';
import { toErrorInfo } from '../../contract/errors.ts';
import { genuine } from '../dispatch/startVm.ts';
import { withinClock } from '../dispatch/withinClock.ts';
import type { Host } from '../host.ts';

const checkMs = 15_000;

/** What would keep a VM of `home` from starting here. Nothing is defined, and nothing started. */
export async function drillCheck(
  host: Host,
  { home, definition }: DispatchCallParams<'drill.check'>,
): Promise<DispatchCallResult<'drill.check'>> {
  const verdict = await genuine(host, home, Buffer.from(definition, 'base64'));
  if (typeof verdict === 'string') return { problems: [verdict] };
  try {
    const check = host.hypervisor.obstacles(verdict.uuid, verdict.content);
    return { problems: await withinClock(host.clock, check, checkMs, 'libvirt does not answer.') };
  } catch (error) {
    return { problems: [toErrorInfo(error).message] };
  }
}
