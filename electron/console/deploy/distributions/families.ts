import { MinimeError } from '../../../../src/contract/errors.ts';
import { debian } from './debian.ts';
import type { Distribution, Family } from './distribution.ts';
import { rhel } from './rhel.ts';
import { suse } from './suse.ts';

export const families: Record<Family, Distribution> = { debian, rhel, suse };

/** By the ID and ID_LIKE of os-release; null if the distribution is of no known family. */
export function familyOf(osRelease: { ID?: string; ID_LIKE?: string }): Family | null {
  const ids = [osRelease.ID ?? '', ...(osRelease.ID_LIKE ?? '').split(' ')];
  if (ids.some((id) => ['debian', 'ubuntu'].includes(id))) return 'debian';
  if (ids.some((id) => ['rhel', 'fedora', 'centos'].includes(id))) return 'rhel';
  if (ids.some((id) => id === 'suse' || id.startsWith('sles') || id.startsWith('opensuse'))) return 'suse';
  return null;
}

/** Throws `unsupported` for a family that is not known. */
export function distribution(family: Family | 'unknown', host: string, prettyName: string): Distribution {
  if (family !== 'unknown') return families[family];
  throw new MinimeError({
    kind: 'unsupported',
    host,
    message: `Minime does not know how to install packages on ${prettyName}.`,
    remedy: 'Use Debian or Ubuntu; the RHEL family and SUSE are supported but untested.',
  });
}
