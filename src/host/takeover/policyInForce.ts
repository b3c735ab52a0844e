import { join } from 'node:path';
import { toErrorInfo } from '../../contract/errors.ts';
import type { Finding } from '../../contract/finding.ts';
import { initialPolicy, type Policy, policySchema } from '../../contract/policy.ts';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { mkdir, readFile } from '../files.ts';
import type { Host } from '../host.ts';
import { policyOf, readPolicyInForce } from '../policy/policy.ts';

const pathOf = (host: Host): string => join(host.paths.state, 'policy.json');

/**
 * The policy that a takeover goes by. Never rejects: where the cluster's cannot be read, what this host last read counts, else the
 * initial one, and that is a problem to be told of.
 */
export async function policyForTakeover(host: Host): Promise<{ policy: Policy; problems: Finding[] }> {
  try {
    const { found, problems } = await readPolicyInForce(host);
    const policy = policyOf(found);
    await keep(host, policy);
    return { policy, problems };
  } catch (error) {
    const { message } = toErrorInfo(error);
    const kept = await lastKept(host);
    return {
      policy: kept ?? initialPolicy,
      problems: [
        {
          id: 'policy-not-read',
          severity: 'warning',
          title: 'The policy of the cluster could not be read.',
          cause: `${message} ${kept === undefined ? 'The initial policy counts.' : 'What this host last read counts.'}`,
          remedy: 'Look at the cluster engine on this host.',
        },
      ],
    };
  }
}

async function keep(host: Host, policy: Policy): Promise<void> {
  const text = JSON.stringify(policy);
  const path = pathOf(host);
  try {
    if (JSON.stringify(await lastKept(host)) === text) return;
    await mkdir(host.paths.state, { recursive: true, mode: 0o755 });
    await writeAtomically(path, `${path}.new`, Buffer.from(`${text}\n`));
  } catch (error) {
    host.log.warn({ error }, 'no copy of the policy could be kept');
  }
}

async function lastKept(host: Host): Promise<Policy | undefined> {
  try {
    return policySchema.safeParse(JSON.parse(await readFile(pathOf(host), 'utf8'))).data;
  } catch {
    // None, or none that can be used: then there is nothing to fall back on.
    return undefined;
  }
}
