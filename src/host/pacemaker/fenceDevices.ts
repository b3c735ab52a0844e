import { toErrorInfo } from '../../contract/errors.ts';
import type { FenceDevices } from '../../contract/hostProtocol.ts';
import type { Runner } from '../ports/runner.ts';
import { attribute, child, children, type XmlNode } from '../xml.ts';
import type { Configuration } from './configuration.ts';

/** What deployment gives a device's monitor. */
const askTimeoutMs = 60_000;

/** Names of the fence resources in `cibadmin --query --scope configuration`, also of those in groups and clones. */
export function fenceDevicesIn(configuration: XmlNode): string[] {
  return stonithIn(child(configuration, 'resources'));
}

function stonithIn(node: XmlNode | undefined): string[] {
  const own = children(node, 'primitive').filter((primitive) => attribute(primitive, 'class') === 'stonith');
  const containers = ['group', 'clone'].flatMap((name) => children(node, name));
  return [...own.map((primitive) => attribute(primitive, 'id')), ...containers.flatMap(stonithIn)];
}

/** Has each asked through this host, which may not be allowed to use all of them. */
export async function askFenceDevices(
  runner: Runner,
  { fenceDevices, properties }: Pick<Configuration, 'fenceDevices' | 'properties'>,
): Promise<FenceDevices> {
  const devices = await Promise.all(
    fenceDevices.map(async (name) => {
      try {
        await runner.must(['stonith_admin', '--query', name], { timeoutMs: askTimeoutMs });
        return { name, answers: true };
      } catch (error) {
        // One that hangs must not hide what the others said.
        return { name, answers: false, reason: toErrorInfo(error).message };
      }
    }),
  );
  return { devices, watchdog: properties.get('have-watchdog') === 'true' };
}
