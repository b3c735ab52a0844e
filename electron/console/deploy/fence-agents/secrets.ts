import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import { isSecretParameter } from './metadata.ts';

/** Names of the parameters in use whose values must not be shown. */
export function secretParametersOf(spec: DeploymentSpec): ReadonlySet<string> {
  if (spec.fencing.method !== 'agent') return new Set();
  const { shared, perHost } = spec.fencing;
  const names = [shared, ...Object.values(perHost)].flatMap((values) => Object.keys(values));
  return new Set(names.filter(isSecretParameter));
}
