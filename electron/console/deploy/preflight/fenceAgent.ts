import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import type { Finding } from '../../../../src/contract/finding.ts';
import type { Node } from '../context.ts';
import { bad, good } from './findings.ts';

/** Asks the fence device of every host for its status, from every host that may have to use it. */
export async function checkFenceAgent(
  spec: DeploymentSpec,
  node: Node,
  signal: AbortSignal,
): Promise<Finding[]> {
  const { fencing } = spec;
  if (fencing.method !== 'agent') return [];
  const targets = spec.hosts.map((host) => host.nodeName).filter((name) => name !== node.name);
  const findings = await Promise.all(
    targets.map(async (target): Promise<Finding> => {
      const parameters = { ...fencing.shared, ...fencing.perHost[target] };
      // Agents read their parameters from standard input, so that passwords are on no command line.
      const lines = Object.entries({ ...parameters, nodename: target, action: 'monitor' });
      const answer = await node.remote.exec([fencing.agent], {
        asRoot: true,
        signal,
        stdin: `${lines.map(([name, value]) => `${name}=${value}`).join('\n')}\n`,
      });
      const about = { host: node.name, subject: target };
      if (answer.code === 0) {
        return good('fence-agent', `${node.name} can fence ${target} with ${fencing.agent}.`, about);
      }
      if (answer.code === 127) {
        return bad('fence-agent-missing', `${fencing.agent} is not installed on ${node.name}.`, {
          ...about,
          cause: 'Every host must be able to fence the others.',
          remedy: 'Install the package that contains it, fence-agents on most distributions.',
        });
      }
      return bad('fence-agent-fails', `${node.name} cannot reach the fence device of ${target}.`, {
        ...about,
        cause: withoutValues(answer.stderr.trim().split('\n').at(-1) ?? '', Object.values(parameters)),
        remedy: 'Check address, account and password of the fence device.',
      });
    }),
  );
  return findings;
}

/** An agent may repeat in its error what it was given. */
function withoutValues(text: string, values: readonly string[]): string {
  const hidden = values
    .filter((value) => value.length > 3)
    .reduce((rest, value) => rest.replaceAll(value, '…'), text);
  return hidden === '' ? 'It gave no reason.' : hidden;
}
