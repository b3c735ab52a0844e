import { MinimeError, toErrorInfo } from '../../contract/errors.ts';
import type { Finding } from '../../contract/finding.ts';
import type { SystemSection } from '../../contract/hostState.ts';
import type { Host } from '../host.ts';

export async function readSystem(host: Host): Promise<SystemSection> {
  const identity = await host.machine.identity();
  const problems: Finding[] = [];
  const nodeName = await nodeNameOrHostname(host, identity.hostname, problems);
  const version = await hypervisorVersion(host, nodeName, problems);
  // A hint only: neither Corosync nor Pacemaker compares the clocks of hosts.
  if ((await host.machine.clockSynchronised()) === false) problems.push(clockFinding(nodeName));
  return {
    hostname: identity.hostname,
    nodeName,
    machineId: identity.machineId,
    distribution: identity.distribution,
    kernel: identity.kernel,
    bootedAt: identity.bootedAt,
    vmclVersion: host.version,
    hypervisor: {
      kind: host.hypervisor.kind,
      reachable: version !== undefined,
      ...(version === undefined ? {} : { version }),
    },
    problems,
  };
}

async function nodeNameOrHostname(host: Host, hostname: string, problems: Finding[]): Promise<string> {
  try {
    return (await host.config())?.nodeName ?? hostname;
  } catch (error) {
    problems.push(findingOf(error, { id: 'host-config-broken', severity: 'error', host: hostname }));
    return hostname;
  }
}

async function hypervisorVersion(
  host: Host,
  nodeName: string,
  problems: Finding[],
): Promise<string | undefined> {
  try {
    return await host.hypervisor.version();
  } catch (error) {
    problems.push(findingOf(error, { id: 'hypervisor-unreachable', severity: 'error', host: nodeName }));
    return undefined;
  }
}

const clockFinding = (host: string): Finding => ({
  id: 'clock-not-synchronised',
  severity: 'info',
  host,
  title: 'The clock follows no time source.',
  cause: 'No NTP service reports that it is in step.',
  remedy: 'Install and start chrony or systemd-timesyncd, so that times in the history can be compared.',
});

/** What was thrown, as a finding. */
export function findingOf(
  thrown: unknown,
  of: Pick<Finding, 'id' | 'severity' | 'host' | 'subject'>,
): Finding {
  const info = toErrorInfo(thrown);
  const cause = info.cause ?? (thrown instanceof MinimeError ? undefined : info.details);
  return {
    ...of,
    title: info.message,
    ...(cause === undefined ? {} : { cause }),
    ...(info.remedy === undefined ? {} : { remedy: info.remedy }),
  };
}
