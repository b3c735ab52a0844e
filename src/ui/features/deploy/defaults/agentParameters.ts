import type { FenceAgent } from '../../../../contract/deployment.ts';

/**
 * Parameters that differ per host by their nature. An agent with a plug controls a device that is common to the hosts, so
 * its address is shared; one without controls each host at the host's own address.
 */
export function perHostByNature(agent: FenceAgent): string[] {
  const names = agent.parameters.map(({ name }) => name);
  const isPlug = (name: string) => name === 'plug' || name === 'port';
  const needed = agent.parameters.find(({ name, required }) => isPlug(name) && required);
  if (needed !== undefined) return [needed.name];
  return names.includes('ip') ? ['ip'] : names.filter(isPlug).slice(0, 1);
}
