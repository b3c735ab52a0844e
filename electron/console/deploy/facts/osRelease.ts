import type { HostFacts } from '../../../../src/contract/deployment.ts';
import { families, familyOf } from '../distributions/families.ts';

/** os-release(5): `KEY=value` lines, the value optionally quoted. */
export function parseOsRelease(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const pair = /^([A-Z0-9_]+)=(.*)$/.exec(line.trim());
    if (pair?.[1] === undefined || pair[2] === undefined) continue;
    const quoted = /^(["'])(.*)\1$/.exec(pair[2]);
    values[pair[1]] = (quoted?.[2] ?? pair[2]).replace(/\\(["'$`\\])/g, '$1');
  }
  return values;
}

export function describeDistribution(text: string): HostFacts['distribution'] {
  const release = parseOsRelease(text);
  const family = familyOf(release);
  return {
    id: release['ID'] ?? 'linux',
    version: release['VERSION_ID'] ?? '',
    prettyName: release['PRETTY_NAME'] ?? release['ID'] ?? 'an unknown distribution',
    family: family ?? 'unknown',
    tested: family !== null && families[family].tested && release['ID'] === 'debian',
  };
}
